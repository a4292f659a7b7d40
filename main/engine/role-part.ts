import type { DrainStep } from '../../preload/contract/index.ts';
import type { Overlay } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { RolePart } from './engine.ts';
import type { PowerPart } from './power-part.ts';
import type { RelayPart } from './relay-part.ts';

/** Records are handed on for so long at most: the others of their two dozen holders have them. */
const handOnMs = 30_000;
const lookEveryMs = 1_000;

export interface RolePartOptions {
  readonly overlay: Pick<Overlay, 'leave' | 'carried' | 'refuseNew'>;
  readonly relay: Pick<RelayPart, 'drain' | 'calls'>;
  readonly power: Pick<PowerPart, 'hearPage'>;
  readonly clock: Clock;
}

/** What this computer is to others, as far as somebody may say it: what it runs on, and that it gets ready to go. */
export const createRolePart = ({ overlay, relay, power, clock }: RolePartOptions): RolePart => ({
  reportPower: (said) => power.hearPage(said),
  async *drain(waitSeconds, signal): AsyncGenerator<DrainStep, void, void> {
    yield { step: 'leaving' };
    relay.drain();
    overlay.refuseNew();
    const limit = new AbortController();
    const timer = clock.setTimer(handOnMs, () => limit.abort());
    const ended = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
    const { handedOn, held } = await overlay.leave(ended).finally(() => timer.cancel());
    yield { step: 'handed-on', records: handedOn, of: held };

    const callsNow = (): number => relay.calls() + overlay.carried().busyPairs;
    const endMs = clock.monotonicMs() + waitSeconds * 1000;
    const isTimeLeft = (): boolean => clock.monotonicMs() < endMs && signal?.aborted !== true;
    let told = -1;
    for (let calls = callsNow(); calls > 0 && isTimeLeft(); calls = callsNow()) {
      if (calls !== told) yield { step: 'waiting', calls };
      told = calls;
      await new Promise<void>((resolve) => void clock.setTimer(lookEveryMs, resolve));
    }
    yield { step: 'done', calls: callsNow() };
  },
});
