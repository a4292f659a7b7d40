import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { backoffMs } from './backoff.ts';
import type { LinkTiming } from './timing.ts';

/** A link that lasted less was no success; but there is somebody, so the pauses stay short. */
const briefMs = 1_000;
const maxBriefPauseMs = 2_000;

/** Keeps trying to reach one person while there is no link: at once, then with growing pauses. */
export class Caller {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #timing: LinkTiming;
  readonly #attempt: (signal: AbortSignal) => Promise<boolean>;
  #failures = 0;
  #briefLinks = 0;
  #timer: Timer | null = null;
  #running: AbortController | null = null;
  #isResting = true;
  #restedAtMs = Number.NEGATIVE_INFINITY;

  /** @param attempt resolves to whether it worked; never rejects */
  constructor(clock: Clock, random: Random, timing: LinkTiming, attempt: (signal: AbortSignal) => Promise<boolean>) {
    this.#clock = clock;
    this.#random = random;
    this.#timing = timing;
    this.#attempt = attempt;
  }

  /**
   * There is no link: begin (again) after `delayMs`.
   * `lost`: there was one a moment ago; `news`: something changed, so forget how often it failed; `routine`: go on as before.
   */
  wake(delayMs: number, why: 'lost' | 'news' | 'routine'): void {
    const nowMs = this.#clock.monotonicMs();
    const wasBrief = why === 'lost' && nowMs - this.#restedAtMs < briefMs;
    // A link that dies as soon as it is made is a failure like others: no dialing in circles.
    if (why === 'lost') this.#briefLinks = wasBrief ? this.#briefLinks + 1 : 0;
    if (why !== 'routine') this.#failures = 0;
    if (this.#running !== null) return;
    if (this.#timer !== null && why === 'routine') return;
    this.#isResting = false;
    this.#schedule(delayMs + (wasBrief ? this.#pauseMs(this.#briefLinks, maxBriefPauseMs) : 0));
  }

  /** There is a link, or nobody wants one. */
  rest(): void {
    this.#isResting = true;
    this.#restedAtMs = this.#clock.monotonicMs();
    this.#timer?.cancel();
    this.#timer = null;
    this.#running?.abort();
    this.#running = null;
  }

  #pauseMs(failures: number, maxMs: number): number {
    return backoffMs(failures, this.#timing.firstBackoffMs, maxMs, this.#random.fraction());
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = null;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    const controller = new AbortController();
    this.#running = controller;
    const isDone = await this.#attempt(controller.signal);
    if (this.#running !== controller) return;
    this.#running = null;
    if (this.#isResting || isDone) return;
    this.#failures += 1;
    this.#schedule(this.#pauseMs(this.#failures, this.#timing.maxBackoffMs));
  }
}
