import { readFileSync } from 'node:fs';
import { decodeWav } from '../../main/media/index.ts';
import { findBrowser } from '../../main/shell/browser/index.ts';
import { surroundings } from '../../main/shell/index.ts';
import type { Network } from './networks.ts';
import type { PeerName } from './peers/peers.ts';
import type { CableKind, End } from './rig/homes.ts';
import { canMakeNamespaces } from './rig/namespaces.ts';
import { openStage, type Stage } from './stage.ts';
import { runVoice, type VoiceRun, type VoiceRunOptions } from './voice-run.ts';

/** One call after the other: each kind of program always between the same two homes, where it goes on running. */
export type CallOnce = (what: Omit<VoiceRunOptions, 'stage'>) => Promise<VoiceRun>;

/** As a shell says it of SIGINT. */
const exitInterrupted = 130;

/** The best that this system lets us make. */
export const possibleCable = async (): Promise<CableKind> => ((await canMakeNamespaces()) ? 'namespaces' : 'in-process');

/** What is to be known of figures that were taken so. */
export const inProcessWords =
  'No network namespaces: both ends are on this computer, and our own processes delay and lose what they send by UDP.';

/** Why a peer can't be measured over a network in a laboratory of this kind; null if it can. */
export function unfit(kind: CableKind, { greedy }: Network, peer: PeerName): string | null {
  if (kind === 'namespaces') return null;
  if (peer === 'chromium') return 'Chromium’s own WebRTC can’t be impaired in-process';
  return greedy ? 'TCP can’t be impaired in-process' : null;
}

/** Builds homes for each kind of program that is asked for, and takes them down again whatever happens. */
export async function inLaboratory(kind: CableKind, work: (callOnce: CallOnce) => Promise<void>): Promise<void> {
  const chromiumPath = process.env['LILLIPUT_CHROMIUM'] ?? findBrowser(surroundings());
  const stages = new Map<PeerName, Stage>();
  const close = async (peer: PeerName): Promise<void> => {
    const stage = stages.get(peer);
    stages.delete(peer);
    await stage?.close();
  };
  const closeAll = (): Promise<unknown> => Promise.all([...stages.keys()].map(close));
  const leave = (): void => void closeAll().finally(() => process.exit(exitInterrupted));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  const stageOf = async (peer: PeerName, delayMs: number): Promise<Stage> => {
    const open = stages.get(peer);
    if (open?.delayMs === delayMs) return open;
    await close(peer);
    const stage = await openStage({ kind, peer, delayMs, chromiumPath });
    stages.set(peer, stage);
    return stage;
  };
  try {
    await work(async (what) => {
      const stage = await stageOf(what.peer, what.network.impairment.delayMs ?? 0);
      try {
        return await runVoice({ ...what, stage });
      } catch (error) {
        await close(what.peer);
        throw error;
      }
    });
  } finally {
    await closeAll();
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
  }
}

/** What both ends say: a voice for each, or one for both. @throws AppError BAD_WAV */
export function readVoices(paths: readonly string[]): Readonly<Record<End, Int16Array>> {
  const [first, second] = paths.map((path) => decodeWav(readFileSync(path)));
  if (first === undefined) throw new Error('nothing to say');
  return { a: first, b: second ?? fromTheMiddle(first) };
}

/** The same speech, so that both ends do not say the same at the same time. */
function fromTheMiddle(speech: Int16Array): Int16Array {
  const middle = speech.length >> 1;
  const out = new Int16Array(speech.length);
  out.set(speech.subarray(middle));
  out.set(speech.subarray(0, middle), speech.length - middle);
  return out;
}
