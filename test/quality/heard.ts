import { writeFileSync } from 'node:fs';
import { encodeWav } from '../../main/media/index.ts';
import { measureRecovery, measureVoice, type Disturbance, type Recovery } from './meter/index.ts';
import type { OwnAccount } from './peers/peers.ts';
import { drawCall } from './picture.ts';
import type { End } from './rig/homes.ts';
import { wireUse, type WireTrace } from './wire/wire-trace.ts';

/** How a voice arrived. */
export interface Heard {
  /** Recomputed along the call. Null, as all that the meter tells: the voice was not found in what was heard. */
  readonly mouthToEarMs: { readonly p50: number; readonly p95: number } | null;
  readonly stoi: number | null;
  readonly estoi: number | null;
  readonly gaps: number | null;
  readonly gapMs: number | null;
  /** By the meter: speech that was made up or is missing. */
  readonly damagedMs: number | null;
  /** By the receiving program's own account, during measuring. */
  readonly concealedMs: number | null;
  readonly stretchedMs: number | null;
  /** Everything the speaking home put on the cable. */
  readonly bitrateBps: number;
  readonly packetsPerSecond: number;
  /** What the cable did to that. */
  readonly lostPercent: number;
  readonly valid: boolean;
}

/** One way through the call. */
export interface Direction extends Heard {
  readonly from: End;
  readonly wireDelayMs: { readonly mean: number; readonly p95: number } | null;
  /** Why it is not valid. */
  readonly reason: string | null;
  /** How the delay creeps, parts per million. */
  readonly driftPpm: number | null;
  /** After the one disturbance of the call; null: there was none. */
  readonly recovery: Recovery | null;
  readonly recording: string;
}

export interface DirectionInput {
  readonly from: End;
  readonly title: string;
  /** All of the call that was recorded, from the same moment on, 48 kHz. */
  readonly spoken: Int16Array;
  readonly heard: Int16Array;
  /** When that was, monotonic clock as all times here. */
  readonly startMs: number;
  readonly disturbance: Disturbance | null;
  readonly own: OwnAccount;
  readonly trace: WireTrace;
  /** What is judged. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Beginning of the names of all files about it. */
  readonly path: string;
}

/**
 * Looped speech sounds the same a loop later, and a badly damaged stretch like another of its own: what nobody would call a
 * conversation is not looked for.
 */
const delayRangeMs = { fromMs: 0, toMs: 1500 };
const sampleRate = 48_000;
const samplesIn = (ms: number): number => Math.max(0, Math.round((ms / 1000) * sampleRate));

/** Measures one direction; writes both its recordings and, if the voice was found, a picture. */
export function judgeDirection(input: DirectionInput): Direction {
  const { from, title, own, trace, startMs, fromMs, toMs, path } = input;
  const during = (samples: Int16Array): Int16Array => samples.subarray(samplesIn(fromMs - startMs), samplesIn(toMs - startMs));
  const spoken = during(input.spoken);
  const heard = during(input.heard);
  const recording = `${path}-heard.wav`;
  writeFileSync(`${path}-spoken.wav`, encodeWav(spoken));
  writeFileSync(recording, encodeWav(heard));
  const use = wireUse(trace, from, fromMs, toMs);
  const measured = measureVoice({ reference: spoken, recorded: heard, sampleRate, delayRangeMs });
  const common = {
    from,
    ...own,
    bitrateBps: use.bitrateBps,
    packetsPerSecond: use.packetsPerSecond,
    lostPercent: use.lostPercent,
    wireDelayMs: use.delayMs,
    recording,
  };
  if (!measured.valid) {
    const nothing = {
      mouthToEarMs: null,
      stoi: null,
      estoi: null,
      gaps: null,
      gapMs: null,
      damagedMs: null,
      driftPpm: null,
      recovery: null,
    };
    return { ...common, ...nothing, valid: false, reason: measured.reason };
  }
  const wire = trace
    .filter((packet) => packet.end === from && packet.atMs >= fromMs && packet.atMs < toMs)
    .map(({ atMs, fate, delayMs }) => ({ atMs: atMs - fromMs, delayMs: fate === 'ok' ? delayMs : null }));
  writeFileSync(`${path}.svg`, drawCall({ title, measured, wire }));
  return {
    ...common,
    mouthToEarMs: { p50: measured.delayMs.p50, p95: measured.delayMs.p95 },
    stoi: measured.stoi,
    estoi: measured.estoi,
    gaps: measured.gaps,
    gapMs: measured.gapMs,
    damagedMs: measured.concealedMs,
    driftPpm: measured.driftPpm,
    recovery: recoveryIn(input),
    valid: true,
    reason: null,
  };
}

/** Needs the time before and after, which is not judged otherwise. */
function recoveryIn({ spoken, heard, startMs, disturbance }: DirectionInput): Recovery | null {
  if (disturbance === null) return null;
  const whole = measureVoice({ reference: spoken, recorded: heard, sampleRate, delayRangeMs });
  if (!whole.valid) return null;
  return measureRecovery(whole, {
    fromMs: disturbance.fromMs - startMs,
    soundPossibleAtMs: disturbance.soundPossibleAtMs - startMs,
    delayPossibleAtMs: disturbance.delayPossibleAtMs - startMs,
  });
}

/** Of something that one direction does not tell, nothing is told. */
export function meanOf(directions: readonly Direction[]): Heard {
  const mean = (of: (direction: Direction) => number | null | undefined): number | null => {
    const values = directions.map(of).filter((value) => typeof value === 'number');
    return values.length < directions.length ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const p50 = mean(({ mouthToEarMs }) => mouthToEarMs?.p50);
  const p95 = mean(({ mouthToEarMs }) => mouthToEarMs?.p95);
  return {
    mouthToEarMs: p50 === null || p95 === null ? null : { p50, p95 },
    stoi: mean(({ stoi }) => stoi),
    estoi: mean(({ estoi }) => estoi),
    gaps: mean(({ gaps }) => gaps),
    gapMs: mean(({ gapMs }) => gapMs),
    damagedMs: mean(({ damagedMs }) => damagedMs),
    concealedMs: mean(({ concealedMs }) => concealedMs),
    stretchedMs: mean(({ stretchedMs }) => stretchedMs),
    bitrateBps: mean(({ bitrateBps }) => bitrateBps) ?? 0,
    packetsPerSecond: mean(({ packetsPerSecond }) => packetsPerSecond) ?? 0,
    lostPercent: mean(({ lostPercent }) => lostPercent) ?? 0,
    valid: directions.every(({ valid }) => valid),
  };
}
