import type { RelayFigures } from '../../../preload/contract/index.ts';
import type { IceServer } from '../../calls/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { tryRelay, type TrialParts, type TrialResult } from './relay-trial.ts';

/** Voices prefer UDP: the other ways begin only so much later each, and only count where those before did not work. */
const headStartMs = 700;
const order: readonly IceServer['transport'][] = ['udp', 'tcp', 'tls'];

interface Trial {
  readonly transport: IceServer['transport'];
  readonly result: TrialResult;
}

/** Several relays at once, each over all its ways: what the best of them did. */
export async function tryRelays(
  relays: readonly (readonly IceServer[])[],
  parts: TrialParts,
  signal: AbortSignal,
): Promise<RelayFigures> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const trials = await Promise.all(
    relays.map(async (ways) => {
      const sorted = ways.toSorted((a, b) => order.indexOf(a.transport) - order.indexOf(b.transport));
      const trial = await tryWays(sorted, parts, either);
      // Nothing is better, and a relay that is gone need not be waited for.
      if (trial?.result.ok === true && trial.transport === 'udp') enough.abort();
      return trial;
    }),
  );
  const done = trials.filter((trial) => trial !== null);
  const best = done
    .filter(({ result }) => result.ok)
    .toSorted((a, b) => order.indexOf(a.transport) - order.indexOf(b.transport))[0];
  const asked = relays.length;
  if (best?.result.ok === true) {
    const { allocationMs, echoMs } = best.result;
    return { asked, transport: best.transport, allocationMs, echoMs, stoppedAt: null };
  }
  const stops = done.map(({ result }) => (result.ok ? null : result.stoppedAt));
  const stoppedAt = stops.includes('lost') ? 'lost' : stops.includes('refused') ? 'refused' : 'silent';
  return { asked, transport: null, allocationMs: null, echoMs: null, stoppedAt: asked === 0 ? null : stoppedAt };
}

/** The best way that works; else the one that came farthest. Null: there is no way. */
async function tryWays(ways: readonly IceServer[], parts: TrialParts, signal: AbortSignal): Promise<Trial | null> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const runs = ways.map(async (server, index) => {
    await delay(index * headStartMs, parts, either);
    return { transport: server.transport, result: await tryRelay(server, parts, either) };
  });
  let farthest: Trial | null = null;
  for (const run of runs) {
    // oxlint-disable-next-line no-await-in-loop -- all of them run; the better way is listened to first
    const trial = await run;
    if (trial.result.ok) {
      enough.abort();
      return trial;
    }
    if (farthest === null || (!farthest.result.ok && farthest.result.stoppedAt === 'silent')) farthest = trial;
  }
  return farthest;
}

function delay(delayMs: number, { clock }: { readonly clock: Clock }, signal: AbortSignal): Promise<void> {
  if (delayMs === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let timer: Timer | null = null;
    const end = (): void => {
      timer?.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    timer = clock.setTimer(delayMs, end);
    signal.addEventListener('abort', end);
  });
}
