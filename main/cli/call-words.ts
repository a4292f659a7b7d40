import { delayToUs, type CallStats, type CallSummary, type CallTrouble, type CallView } from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { Output } from './output.ts';

const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(1))} %`;

/** What is to blame, for a terminal. */
export function troubleSentence({ kind, amount }: CallTrouble): string {
  switch (kind) {
    case 'waiting':
      return 'waiting for the network';
    case 'your-loss':
      return `your connection is losing ${amount} % of packets`;
    case 'their-loss':
      return `their connection is losing ${amount} % of packets`;
    case 'both-loss':
      return `the connection is losing up to ${amount} % of packets`;
    case 'slow-connection':
      return 'your connection is slow: your voice is sent with fewer details';
    case 'unsteady':
      return 'the network is unsteady';
    case 'long-delay':
      return `sound needs ${amount} ms to get here`;
    case 'your-computer-busy':
      return 'your computer is busy';
    case 'their-computer-busy':
      return 'their computer is busy';
    default:
      return missingCase(kind);
  }
}

/** How a past call was: "patchy at worst, 129 ms, 2 % lost, 1 % made up, direct". */
export function summarySentence({ worst, mouthToEarMs, lossFraction, concealedFraction, path }: CallSummary): string {
  return [
    `${worst} at worst`,
    ...(mouthToEarMs === null ? [] : [`${mouthToEarMs.mean} ms`]),
    `${percent(lossFraction)} lost`,
    `${percent(concealedFraction)} made up`,
    ...(path === null ? [] : [path]),
  ].join(', ');
}

const figures = (stats: CallStats): string => {
  const { totalMs, complete } = delayToUs(stats);
  return `${complete ? '' : 'at least '}${Math.round(totalMs)} ms, ${percent(stats.lossFraction)} lost`;
};

/** Says the quality of each call whenever its word or its reason changes. */
export function createQualityTeller(output: Output): (view: CallView) => void {
  const said = new Map<string, string>();
  return (view) => {
    const { id, phase, quality, trouble, stats } = view;
    if (phase === 'ended') said.delete(id);
    const word = `${quality} ${trouble?.kind}`;
    if (phase !== 'active' || quality === null || said.get(id) === word) return;
    said.set(id, word);
    const why = trouble === null ? '' : `: ${troubleSentence(trouble)}`;
    const now = stats === null ? '' : ` (${figures(stats)})`;
    output.say('quality', { callId: id, quality, trouble }, `Sound is ${quality}${why}${now}`);
  };
}
