import { pcmFrameSamples, pcmMaxCredit, pcmSampleRate } from '../../preload/contract/pcm.ts';
import { PlayoutNeed } from './playout-need.ts';

const samplesPerMs = pcmSampleRate / 1_000;
/** 25 ms: a sound card takes 10 ms at once, a frame comes 2–5 ms after it was asked for (measured); the rest is for the start's bustle. */
const startSamples = 25 * samplesPerMs;
/** 15 ms: less than a frame and one turn of rendering can't work. */
const fewestSamples = startSamples - pcmFrameSamples;
/** 115 ms: a page that needs more is not going to be helped by more. */
const mostSamples = startSamples + 9 * pcmFrameSamples;
/** Kept beyond what was needed: two milliseconds, less than the ear and more than a timer's whim. */
const spareSamples = 2 * samplesPerMs;
/** 100 ms, about ten turns of a sound card: what they needed is judged together. */
const windowSamples = pcmSampleRate / 10;
/** A gap raises the target by what was missing, at most by a frame: a longer one was a stall, which no delay would have bridged. */
const mostRaise = pcmFrameSamples - spareSamples;
/** Of what a gap added, this is left after a window: half after 5 s. */
const raiseKept = 0.986;
/** A frame less is asked for only after it was too much for 5 s; for 1 s, if more than one is. */
const sinkWindows = 50;
const sinkSoonWindows = 10;
/** What the first 2 s needed is forgotten soon: while a call opens, microphone and page keep the computer busier than ever after. */
const settleSamples = 2 * pcmSampleRate;
/** Asked for and not come after 250 ms: lost with a media process that fell over. */
const overdueSamples = pcmSampleRate / 4;

/**
 * How much sound to ask for. The player's own clock drives the whole receiving side: each frame is asked for, so what waits
 * here and what is on its way never exceed the target, and delay can't pile up in the page. The target follows what was
 * needed lately (`PlayoutNeed`). Running dry raises it at once; calm lowers it again, by asking less (the jitter buffer of
 * the media process takes up the difference in a pause, which cutting here could only do with a click).
 *
 * It moves by whole frames. Sound comes in whole frames, by the turns of a sound card, so what lies here after each turn is
 * the same but for whole frames: any other target would be the same for long, and then a frame more or less of a sudden.
 */
export class PlayoutCredit {
  readonly #need = new PlayoutNeed(mostSamples);
  #target = startSamples;
  #raise = 0;
  #outstanding = 0;
  #waitedFor = 0;
  /** In this window: the least that was left after a turn, and how long it has been going on. */
  #lowest = mostSamples;
  #elapsed = 0;
  #settling = settleSamples;
  /** For so many windows a frame less would have been enough. */
  #plentiful = 0;
  /** Missing since the ring ran dry, until the next frame came. */
  #late = 0;
  #isDry = true;

  get targetSamples(): number {
    return this.#target;
  }

  /** What must be there before sound (re)starts: all but the frame that may be on its way. */
  get primeSamples(): number {
    return this.#target - pcmFrameSamples;
  }

  arrived(): void {
    this.#outstanding = Math.max(0, this.#outstanding - 1);
    this.#waitedFor = 0;
    if (this.#late > 0) this.#wasLate();
  }

  /**
   * After each stretch of `playedSamples`. Returns the frames to ask for, 0 for none.
   * @param missingSamples so many of them were silence, for want of sound
   */
  played(playedSamples: number, bufferedSamples: number, missingSamples: number): number {
    this.#watch(playedSamples, bufferedSamples, missingSamples);
    this.#waitedFor = this.#outstanding === 0 ? 0 : this.#waitedFor + playedSamples;
    if (this.#waitedFor > overdueSamples) {
      this.#outstanding = 0;
      this.#waitedFor = 0;
    }
    const room = this.#target - bufferedSamples;
    const wanted = Math.min(Math.floor(room / pcmFrameSamples) - this.#outstanding, pcmMaxCredit);
    if (wanted <= 0) return 0;
    this.#outstanding += wanted;
    return wanted;
  }

  #watch(playedSamples: number, bufferedSamples: number, missingSamples: number): void {
    const isDry = missingSamples > 0;
    // Until it starts for the first time, and while it waits to start again, nothing can be late.
    if (isDry && (!this.#isDry || this.#late > 0)) this.#late += missingSamples;
    this.#isDry = isDry;
    if (isDry) return;
    this.#lowest = Math.min(this.#lowest, bufferedSamples);
    if (this.#settling > 0) this.#settle(playedSamples);
    this.#elapsed += playedSamples;
    if (this.#elapsed < windowSamples) return;
    if (this.#settling === 0) this.#need.add(this.#target - this.#lowest + spareSamples);
    this.#raise *= raiseKept;
    this.#startWindow();
    this.#aim();
  }

  #settle(playedSamples: number): void {
    this.#settling = Math.max(0, this.#settling - playedSamples);
    if (this.#settling === 0) this.#raise = 0;
  }

  #wasLate(): void {
    const needed = this.#target + Math.min(this.#late, mostRaise) + spareSamples;
    this.#late = 0;
    if (this.#settling === 0) this.#need.add(needed);
    this.#raise = Math.max(0, needed - this.#need.enough(startSamples));
    this.#startWindow();
    this.#aim();
  }

  #startWindow(): void {
    this.#lowest = mostSamples;
    this.#elapsed = 0;
  }

  #aim(): void {
    const wanted = Math.max(fewestSamples, Math.min(mostSamples, this.#need.enough(startSamples) + this.#raise));
    const missing = wanted - this.#target;
    const surplus = this.#target - pcmFrameSamples - wanted;
    this.#plentiful = surplus < 0 ? 0 : this.#plentiful + 1;
    if (missing > 0) this.#target += Math.ceil(missing / pcmFrameSamples) * pcmFrameSamples;
    if (this.#plentiful < (surplus < pcmFrameSamples ? sinkWindows : sinkSoonWindows)) return;
    this.#target -= pcmFrameSamples;
    this.#plentiful = 0;
  }
}
