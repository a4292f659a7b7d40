/**
 * Whether frames of 10 ms are worth it: 10 ms less from mouth to ear, for 50 packets a second more, which cost 28 kbit/s, the
 * air of a Wi-Fi, and time of both computers. So only on a way so short that 10 ms are a good part of it, that has been quiet
 * for a while and has no limit that anybody knows of, and by a computer that codes with ease. Pure: time comes in as numbers.
 */
export interface ShortFrames {
  /** After each message of the other side. */
  judge(nowMs: number, way: WayView): boolean;
}

export interface WayView {
  /** No limit is known, nothing was lost lately, no relay carries it, and the other side takes such frames. */
  readonly isFree: boolean;
  /** Null: not known. */
  readonly roundTripMs: number | null;
  /** By how much packets wander. */
  readonly unevenMs: number;
  /** What the encoder takes of a core; null: not known yet. */
  readonly encodeShare: number | null;
}

/** There and back, within a country. Beyond, 10 ms are less than a tenth of the whole from mouth to ear. */
const mostRoundTripMs = 60;
/** More, and the other side's buffer waits longer than a frame anyway. */
const mostUnevenMs = 4;
/** Of a core, to begin with; and to go on: shorter frames cost a third more. */
const easyShare = 0.015;
const bearableShare = 0.025;
/** So long all of it must have been so. Where it did not last, twice as long the next time. */
const firstCalmMs = 10_000;
const mostCalmMs = 300_000;
const lastingMs = 60_000;

export function createShortFrames(): ShortFrames {
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = { calmSinceMs: Number.NaN, shortSinceMs: Number.NaN, calmMs: firstCalmMs };
  let isShort = false;

  const suits = ({ isFree, roundTripMs, unevenMs, encodeShare }: WayView): boolean =>
    isFree &&
    roundTripMs !== null &&
    roundTripMs <= mostRoundTripMs &&
    unevenMs <= mostUnevenMs &&
    encodeShare !== null &&
    encodeShare <= (isShort ? bearableShare : easyShare);

  return {
    judge(nowMs, way) {
      if (!suits(way)) {
        if (isShort) {
          const lasted = nowMs - state.shortSinceMs >= lastingMs;
          state.calmMs = lasted ? firstCalmMs : Math.min(mostCalmMs, state.calmMs * 2);
        }
        isShort = false;
        state.calmSinceMs = Number.NaN;
        return false;
      }
      if (Number.isNaN(state.calmSinceMs)) state.calmSinceMs = nowMs;
      if (!isShort && nowMs - state.calmSinceMs >= state.calmMs) {
        isShort = true;
        state.shortSinceMs = nowMs;
      }
      return isShort;
    },
  };
}
