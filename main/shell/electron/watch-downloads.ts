import { session } from 'electron';
import type { ShellAct } from '../../../preload/contract/index.ts';

/** Of a file's name; no system has longer ones. */
const nameMost = 255;

/** Tells what became of each file that the page offered to save: the person is asked where, and may say nowhere. */
export function watchDownloads(tell: (act: ShellAct) => void): void {
  session.defaultSession.on('will-download', (_, item) => {
    item.once('done', (_event, state) => tell({ kind: 'download', name: item.getFilename().slice(0, nameMost), state }));
  });
}
