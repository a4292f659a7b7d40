import { delayToUs, type CallStats, type CallSummary, type CallTrouble, type CallView } from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { Output } from './output.ts';

const codecNames = { silk: 'SILK', hybrid: 'SILK and CELT', celt: 'CELT' } as const;

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

/** How a past call was: "patchy at worst, 129 ms, 4 ms of jitter, 2 % lost, 1.5 % repaired, 1 % made up, SILK up to 8 kHz, direct". */
export function summarySentence(summary: CallSummary): string {
  const { worst, mouthToEarMs, jitterMs, lossFraction, repairedFraction, concealedFraction, codec, path } = summary;
  return [
    `${worst} at worst`,
    ...(mouthToEarMs === null ? [] : [`${mouthToEarMs.mean} ms`]),
    ...(jitterMs === null ? [] : [`${jitterMs} ms of jitter`]),
    `${percent(lossFraction)} lost`,
    ...(repairedFraction === null ? [] : [`${percent(repairedFraction)} repaired`]),
    `${percent(concealedFraction)} made up`,
    ...(codec === null ? [] : [codecFigure(codec)]),
    ...(path === null ? [] : [path]),
  ].join(', ');
}

const codecFigure = ({ mode, bandwidthHz }: NonNullable<CallSummary['codec']>): string =>
  `${codecNames[mode]} up to ${bandwidthHz / 1000} kHz`;

/** How our sound is coded: ", sent as SILK up to 8 kHz"; nothing before the first packet. */
const sentAs = ({ codecMode: mode, bandwidthHz }: CallStats): string =>
  mode === null || bandwidthHz === null ? '' : `, sent as ${codecFigure({ mode, bandwidthHz })}`;

const figures = (stats: CallStats): string => {
  const { totalMs, complete } = delayToUs(stats);
  return `${complete ? '' : 'at least '}${Math.round(totalMs)} ms, ${percent(stats.lossFraction)} lost${sentAs(stats)}`;
};

/** Says the quality of each call whenever its word or its reason changes. */
function createQualityTeller(output: Output): (view: CallView) => void {
  const said = new Map<string, string>();
  return (view) => {
    const { id, phase, quality, trouble, stats } = view;
    if (phase === 'ended') said.delete(id);
    const word = `${quality} ${trouble?.kind}`;
    if (phase !== 'active' || quality === null || said.get(id) === word) return;
    said.set(id, word);
    const why = trouble === null ? '' : `: ${troubleSentence(trouble)}`;
    const now = stats === null ? '' : ` (${figures(stats)})`;
    output.say('quality', { callId: id, quality, trouble, stats }, `Sound is ${quality}${why}${now}`);
  };
}

/** Says when the other side begins to record a call, and when that ends: `recording-shown` has promised it. */
function createRecordingTeller(output: Output): (view: CallView) => void {
  const recorded = new Set<string>();
  return ({ id, name, remoteRecording }) => {
    const on = remoteRecording !== null;
    if (on === recorded.has(id)) return;
    if (on) recorded.add(id);
    else recorded.delete(id);
    output.say('recording', { callId: id, name, on }, on ? `${name} is recording this call` : `${name} stopped recording`);
  };
}

/** Says what of a call is not its phase: how it sounds, and whether it is recorded there. */
export function createCallTeller(output: Output): (view: CallView) => void {
  const tellQuality = createQualityTeller(output);
  const tellRecording = createRecordingTeller(output);
  return (view) => {
    tellQuality(view);
    tellRecording(view);
  };
}
