import type { Pair } from './arguments.ts';
import { befriend } from './engine-at-home.ts';
import { expectedBetween } from './home-kinds.ts';
import type { Laboratory } from './laboratory.ts';
import { callPair, type PairPatience, type PairResult } from './pair-call.ts';

/** Goals of the call are far below; what takes longer than this will not come. */
const patience: PairPatience = { connectMs: 40_000, talkMs: 4_000, upgradeMs: 15_000 };

/** One call after the other, so that none takes another's time. */
export async function measurePairs(
  laboratory: Laboratory,
  pairs: readonly Pair[],
  repeat: number,
  say: (words: string) => void,
  onResult: (result: PairResult) => void,
): Promise<void> {
  const prepared = new Set<string>();
  for (let round = 1; round <= repeat; round += 1) {
    for (const pair of pairs) {
      // oxlint-disable-next-line no-await-in-loop -- see above
      const result = await measurePair(laboratory, pair, prepared).catch((error: unknown) => failed(pair, error));
      say(sentence(result));
      onResult(result);
    }
  }
}

async function measurePair(laboratory: Laboratory, pair: Pair, prepared: Set<string>): Promise<PairResult> {
  const [caller, callee] = await Promise.all([
    laboratory.engineAt(pair.caller, 'caller'),
    laboratory.engineAt(pair.callee, 'callee'),
  ]);
  const key = `${pair.caller} ${pair.callee}`;
  if (!prepared.has(key)) await befriend(caller, callee);
  prepared.add(key);
  return callPair(laboratory.internet, caller, callee, patience);
}

const nothing = { sent: null, received: null };

/** They never came to call. */
const failed = ({ caller, callee }: Pair, error: unknown): PairResult => ({
  caller,
  callee,
  expected: expectedBetween(caller, callee),
  connected: false,
  path: null,
  ringMs: null,
  setupMs: null,
  firstAudioMs: null,
  upgradedMs: null,
  packets: { toCallee: nothing, toCaller: nothing },
  carriedByOthers: null,
  reason: (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '',
});

function sentence(result: PairResult): string {
  const { caller, callee, connected, path, ringMs, firstAudioMs, upgradedMs, reason } = result;
  const how = connected
    ? `${path ?? 'no figures'}, rang after ${ringMs ?? '?'} ms, heard ${firstAudioMs ?? '?'} ms after the answer${upgradedMs === null ? '' : `, direct after ${upgradedMs} ms`}`
    : 'no call';
  return `${caller} → ${callee}: ${how}${reason === null ? '' : ` (${reason})`}`;
}
