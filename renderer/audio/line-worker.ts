import type { FrameMemory, LineCommand, LineNews, PcmLine } from './voice-messages.ts';
// oxlint-disable-next-line import/default -- Vite makes the module: the worker's constructor
import VoiceLineWorker from './worklets/voice-line.ts?worker';

export interface LineWorker {
  command(command: LineCommand, transfer?: Transferable[]): void;
  /** At once, without a word to the media process. */
  terminate(): void;
}

/**
 * A worker that carries sound between this page and the media process. No frame passes through the page.
 * Rejects if the line can't be opened.
 * @param player the port on which the audio thread asks
 * @param frames where it finds what it plays
 * @param onNews what comes after the opening
 */
export function openLineWorker(
  line: PcmLine,
  player: MessagePort,
  frames: FrameMemory,
  onNews: (news: LineNews) => void,
): Promise<LineWorker> {
  const worker = new VoiceLineWorker();
  const own: LineWorker = {
    command: (command, transfer = []) => worker.postMessage(command, transfer),
    terminate: () => worker.terminate(),
  };
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      worker.terminate();
      reject(new Error('the line for sound could not be opened'));
    };
    worker.addEventListener('error', fail, { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<LineNews>) => {
      if (data.type === 'open') resolve(own);
      else if (data.type === 'closed') fail();
      else onNews(data);
    });
    own.command({ type: 'open', line, player, frames }, line.kind === 'port' ? [line.port, player] : [player]);
  });
}
