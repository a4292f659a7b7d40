import { pcmFrameSamples, pcmMaxCredit, pcmSampleRate } from '../../preload/contract/pcm.ts';

/** 30 ms: Chromium renders in 10 ms bursts, a frame takes up to 17 ms from the media process at the 99th percentile (measured). */
const startFrames = 3;
/** 20 ms: less than one burst and one frame on the way can't work. */
const fewestFrames = 2;
/** 120 ms: a page that needs more is not going to be helped by more. */
const mostFrames = 12;
/** 5 s without the ring ever getting near empty, before a frame less is tried. */
const calmSamples = 5 * pcmSampleRate;
/** Half of what was never needed in that time is given up: fast after an overload, careful near the edge. */
const surplusGivenUp = 0.5;
/** What the ring may at least hold, at its lowest, for the delay to be called too long: one and a half frames. */
const spareSamples = pcmFrameSamples * 1.5;
/** Asked for and not come after 250 ms: lost with a media process that fell over. */
const overdueSamples = pcmSampleRate / 4;

/**
 * How much sound to ask for. The player's own clock drives the whole receiving side: each frame is asked for, so what waits
 * here and what is on its way never exceed the target, and delay can't pile up in the page. Running dry raises the target
 * by a frame; calm seconds lower it again, by asking less (the jitter buffer of the media process takes up
 * the difference by playing faster, which cutting here could only do with a click).
 */
export class PlayoutCredit {
  #targetFrames = startFrames;
  #outstanding = 0;
  #lowestSamples = Number.POSITIVE_INFINITY;
  #calmFor = 0;
  #waitedFor = 0;

  get targetFrames(): number {
    return this.#targetFrames;
  }

  /** What must be there before sound (re)starts: all but the frame that may be on its way. */
  get primeSamples(): number {
    return (this.#targetFrames - 1) * pcmFrameSamples;
  }

  arrived(): void {
    this.#outstanding = Math.max(0, this.#outstanding - 1);
    this.#waitedFor = 0;
  }

  /**
   * After each stretch of `playedSamples`. Returns the frames to ask for, 0 for none.
   * @param ranDry sound was flowing and stopped for want of samples
   */
  played(playedSamples: number, bufferedSamples: number, ranDry: boolean): number {
    this.#adapt(playedSamples, bufferedSamples, ranDry);
    this.#waitedFor = this.#outstanding === 0 ? 0 : this.#waitedFor + playedSamples;
    if (this.#waitedFor > overdueSamples) {
      this.#outstanding = 0;
      this.#waitedFor = 0;
    }
    const room = this.#targetFrames * pcmFrameSamples - bufferedSamples;
    const wanted = Math.min(Math.floor(room / pcmFrameSamples) - this.#outstanding, pcmMaxCredit);
    if (wanted <= 0) return 0;
    this.#outstanding += wanted;
    return wanted;
  }

  #adapt(playedSamples: number, bufferedSamples: number, ranDry: boolean): void {
    if (ranDry) {
      this.#targetFrames = Math.min(mostFrames, this.#targetFrames + 1);
      this.#startCalm();
      return;
    }
    this.#lowestSamples = Math.min(this.#lowestSamples, bufferedSamples);
    this.#calmFor += playedSamples;
    if (this.#calmFor < calmSamples) return;
    const surplusFrames = (this.#lowestSamples - spareSamples) / pcmFrameSamples;
    if (surplusFrames >= 0) {
      const givenUp = Math.max(1, Math.floor(surplusFrames * surplusGivenUp));
      this.#targetFrames = Math.max(fewestFrames, this.#targetFrames - givenUp);
    }
    this.#startCalm();
  }

  #startCalm(): void {
    this.#lowestSamples = Number.POSITIVE_INFINITY;
    this.#calmFor = 0;
  }
}
