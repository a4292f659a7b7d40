import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav } from '../../main/media/index.ts';
import { findBrowser } from '../../main/shell/browser/index.ts';
import { surroundings } from '../../main/shell/index.ts';
import type { Network } from './networks.ts';
import { makeAccounts } from './peers/accounts.ts';
import type { PeerName } from './peers/peers.ts';
import { createLoopbackHomes } from './in-process/loopback-homes.ts';
import type { CableKind, End } from './rig/homes.ts';
import { canMakeNamespaces, createNamespaceHomes } from './rig/namespaces.ts';
import { runVoice, type VoiceRun, type VoiceRunOptions } from './voice-run.ts';

/** One call after the other, always between the same two homes and accounts. */
export type CallOnce = (what: Omit<VoiceRunOptions, 'homes' | 'accounts' | 'chromiumPath'>) => Promise<VoiceRun>;

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

/** Builds two homes with an account each, and takes them down again whatever happens. */
export async function inLaboratory(kind: CableKind, work: (callOnce: CallOnce) => Promise<void>): Promise<void> {
  const chromiumPath = process.env['LILLIPUT_CHROMIUM'] ?? findBrowser(surroundings());
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-voice-'));
  const homes = await (kind === 'namespaces' ? createNamespaceHomes(dir) : createLoopbackHomes(dir));
  const leave = (): void => void homes.remove().finally(() => process.exit(exitInterrupted));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    const cable = await homes.plugCable({});
    const accounts = await makeAccounts(homes, dir);
    await cable.unplug();
    await work((what) => runVoice({ ...what, homes, accounts, chromiumPath }));
  } finally {
    await homes.remove();
    rmSync(dir, { recursive: true, force: true });
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
