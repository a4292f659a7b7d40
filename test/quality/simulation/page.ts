import { pcmCaptureSamples, pcmFrameSamples, pcmSampleRate } from '../../../preload/contract/pcm.ts';
import { PlayoutCredit } from '../../../renderer/audio/playout-credit.ts';
import { PlayoutRing } from '../../../renderer/audio/playout-ring.ts';
import type { Agenda } from './agenda.ts';

/** How punctual a computer is: what its threads add to each step of a voice through the page. */
export interface Punctuality {
  /** A sound card's turn, or a piece of the microphone, comes so much late. */
  lateMs(): number;
  /** One message's journey between the audio thread and the media process, or back: two hops. */
  messageMs(): number;
}

/**
 * As measured in Chromium on two cores: a frame is there 4–5 ms after it was asked for, one of a hundred after 10–17; turns
 * are a few milliseconds late now and then.
 * @param load 1 is that computer; 0: threads that are always there
 */
export function punctuality(random: () => number, load: number): Punctuality {
  const exponential = (meanMs: number): number => -Math.log(1 - random()) * meanMs;
  const seldom = (share: number, mostMs: number): number => (random() < share ? random() * mostMs : 0);
  return {
    lateMs: () => load * (exponential(0.5) + seldom(0.01, 10)),
    messageMs: () => 1 + load * (exponential(0.8) + seldom(0.01, 10)),
  };
}

/** What a page needs of the media process. */
export interface MediaEnd {
  /** One frame of the microphone. */
  capture(frame: Int16Array): void;
  /** Fills one frame to be played. */
  pull(into: Int16Array): void;
}

export interface PageOptions {
  readonly agenda: Agenda;
  readonly punctuality: Punctuality;
  /** When the sound card begins: its turns don't when the other end's do. */
  readonly phaseMs: number;
}

/** How often the system wakes Chromium for its sound card, and what it renders then: a wake-up of 16 finds enough there (Linux). */
const turnMs = 10;
const turnSamples = 512;
const samplesPerMs = pcmSampleRate / 1000;
const quantum = 128;
/** The worklet's own: 400 ms. */
const ringSamples = 40 * pcmFrameSamples;

/** Messages of one port, in order. */
function createPort(agenda: Agenda, { messageMs }: Punctuality): (deliver: () => void) => void {
  let newestMs = 0;
  return (deliver) => {
    newestMs = Math.max(newestMs, agenda.nowMs + messageMs());
    agenda.at(newestMs, deliver);
  };
}

/** A page's microphone: a message to the media process for each 20 ms, as soon as the sound card's blocks have brought them. */
export function speakInto(speech: Int16Array, media: MediaEnd, { agenda, punctuality: own, phaseMs }: PageOptions): void {
  const post = createPort(agenda, own);
  const listen = (from: number): void => {
    const end = from + pcmCaptureSamples;
    if (end > speech.length) return;
    const endMs = end / samplesPerMs;
    const blockMs = (Math.ceil(end / turnSamples) * turnSamples) / samplesPerMs;
    agenda.at(Math.ceil(blockMs / turnMs) * turnMs + own.lateMs(), () =>
      post(() => {
        for (let at = from; at < end; at += pcmFrameSamples) media.capture(speech.subarray(at, at + pcmFrameSamples));
      }),
    );
    agenda.at(endMs, () => listen(end));
  };
  listen(phaseMs * samplesPerMs);
}

/** What came out of a page. */
export interface Loudspeaker {
  /** Each sample at its own time from the beginning, the sound card's own buffer not counted. */
  readonly heard: Int16Array;
  /** How often sound ran dry. */
  readonly gaps: number;
}

/** A page's player: the worklet's own ring and credit, by the turns of a sound card that renders some quanta at once, then rests. */
export function playFrom(media: MediaEnd, samples: number, options: PageOptions): Loudspeaker {
  const { agenda, punctuality: own, phaseMs } = options;
  const ring = new PlayoutRing(ringSamples);
  const credit = new PlayoutCredit();
  const toMedia = createPort(agenda, own);
  const toPage = createPort(agenda, own);
  const heard = new Int16Array(samples);
  const rendered = new Float32Array(quantum);
  let count = phaseMs * samplesPerMs;
  let turns = 0;
  let gaps = 0;

  function ask(frames: number): void {
    if (frames === 0) return;
    toMedia(() => {
      for (let i = 0; i < frames; i += 1) {
        const frame = new Int16Array(pcmFrameSamples);
        media.pull(frame);
        toPage(() => {
          credit.arrived();
          ring.write(frame);
        });
      }
    });
  }

  function render(): void {
    const missing = ring.read(rendered, credit.primeSamples);
    if (ring.ranDry) gaps += 1;
    for (let i = 0; i < quantum && count + i < samples; i += 1) heard[count + i] = Math.round((rendered[i] ?? 0) * 32_768);
    count += quantum;
    ask(credit.played(quantum, ring.bufferedSamples, missing));
  }

  const turn = (): void =>
    agenda.at(phaseMs + turns * turnMs + own.lateMs(), () => {
      turns += 1;
      while (count < (phaseMs + turns * turnMs) * samplesPerMs) {
        for (let done = 0; done < turnSamples; done += quantum) render();
      }
      turn();
    });
  turn();
  return {
    heard,
    get gaps() {
      return gaps;
    },
  };
}
