import type { CallQuality, CallStats, CallTrouble } from '../../preload/contract/index.ts';
import { delayImpairment, lossImpairment, type Heard } from './call-quality.ts';

/** Below this, a lossy direction is not the one to name: redundancy mends it. */
const noticedLoss = 0.03;
/** So much of our voice made up there is heard there. */
const brokenThere = 0.04;
/** And where they don't say how they hear us, so much lost on the way. */
const lostOnTheWay = 0.1;
/** A standing queue that a person hears as delay. */
const queueHeardMs = 100;
/** Speech of one voice below this bitrate sounds thinner than it was spoken. */
const thinBps = 16_000;
/** A computer that is so late empties the player's reserve. */
const busyLateMs = 60;
/** Three times a second that the player ran dry: clicks that no network made. */
const missedHeard = 0.03;
/** Sound that waits longer than this for its turn waits for an uneven network. */
const longWaitMs = 150;

/** Who or what is to blame for what is heard, or for what they hear of us; null: nothing that a person would notice. */
export function findTrouble(heard: Heard, stats: CallStats, quality: CallQuality): CallTrouble | null {
  switch (quality) {
    case 'lost':
      return { kind: 'waiting', amount: 0 };
    case 'struggling':
    case 'patchy':
      return troubleHere(heard, stats);
    case 'good':
    case 'clear':
      return troubleThere(stats);
  }
}

/** Why it sounds bad here. */
function troubleHere(heard: Heard, stats: CallStats): CallTrouble {
  if (heard.missedFraction >= missedHeard || stats.lateMs >= busyLateMs) return { kind: 'your-computer-busy', amount: 0 };
  const { lossFraction, sentLossFraction } = stats;
  const byLoss = lossImpairment(heard.brokenFraction) >= delayImpairment(heard.mouthToEarMs);
  if (!byLoss) return troubleOfDelay(heard, stats);
  if (lossFraction >= noticedLoss) {
    const both = (sentLossFraction ?? 0) >= noticedLoss;
    return {
      kind: both ? 'both-loss' : 'their-loss',
      amount: percent(Math.max(lossFraction, both ? (sentLossFraction ?? 0) : 0)),
    };
  }
  if ((stats.theirLateMs ?? 0) >= busyLateMs) return { kind: 'their-computer-busy', amount: 0 };
  return { kind: 'unsteady', amount: 0 };
}

function troubleOfDelay(heard: Heard, stats: CallStats): CallTrouble {
  if ((stats.queueMs ?? 0) >= queueHeardMs) return { kind: 'slow-connection', amount: 0 };
  if (stats.playoutDelayMs >= longWaitMs && stats.playoutDelayMs >= (stats.roundTripMs ?? 0) / 2) {
    return { kind: 'unsteady', amount: 0 };
  }
  return { kind: 'long-delay', amount: Math.round(heard.mouthToEarMs) };
}

/** Why they may not hear us well. */
function troubleThere(stats: CallStats): CallTrouble | null {
  const { sentLossFraction, theirConcealedFraction, queueMs, capacityBps, bitrateBps } = stats;
  const slow = (queueMs ?? 0) >= queueHeardMs || (capacityBps !== null && bitrateBps < thinBps);
  const broken =
    theirConcealedFraction === null ? (sentLossFraction ?? 0) >= lostOnTheWay : theirConcealedFraction >= brokenThere;
  if (slow) return { kind: 'slow-connection', amount: 0 };
  if (!broken) return null;
  if ((sentLossFraction ?? 0) >= noticedLoss) return { kind: 'your-loss', amount: percent(sentLossFraction ?? 0) };
  if (stats.lateMs >= busyLateMs) return { kind: 'your-computer-busy', amount: 0 };
  return (stats.theirLateMs ?? 0) >= busyLateMs ? { kind: 'their-computer-busy', amount: 0 } : { kind: 'unsteady', amount: 0 };
}

const percent = (fraction: number): number => Math.round(fraction * 100);
