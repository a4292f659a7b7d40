import {
  checkOutcomes,
  type CheckAdvice,
  type CheckLine,
  type CheckOutcome,
  type CheckVerdict,
  type Ipv6Figures,
  type MicrophoneFigures,
  type RelayFigures,
  type RouterFigures,
  type SpeakerFigures,
  type SupernodeFigures,
  type UdpFigures,
} from './connection-check.ts';
import type { MicrophoneProblem } from './views.ts';

/** What the figures of the connection check mean: figures in, verdict and advice out. For engine, page and command line. */
export interface Judgement {
  readonly verdict: CheckVerdict;
  readonly advice: CheckAdvice;
}

const judgement = (verdict: CheckVerdict, advice: CheckAdvice): Judgement => ({ verdict, advice });
const fine = judgement('ok', 'none');

/** One answer shows that UDP goes out; that the next place is reached as well takes two. */
const enoughPlaces = 2;

export function judgeSupernodes({ status, heard, throughGateway }: SupernodeFigures): Judgement {
  // What to do about it is said beside UDP.
  if (throughGateway) return judgement('limited', 'none');
  switch (status) {
    case 'connected':
    // Without a gateway: by a router that the line of the router tells of.
    case 'limited':
      return fine;
    case 'starting':
    case 'reconnecting':
      return judgement(heard > 0 ? 'limited' : 'failed', heard > 0 ? 'wait-for-helpers' : 'check-internet');
    case 'alone':
      return judgement('failed', 'check-internet');
  }
}

export function judgeUdp({ asked, answered, heard }: UdpFigures): Judgement {
  if (answered >= enoughPlaces) return fine;
  if (answered > 0 || heard > 0) return judgement('limited', 'wait-for-helpers');
  // With nobody to ask there is nothing to blame the network for.
  return asked === 0 ? judgement('not-checked', 'wait-for-helpers') : judgement('failed', 'let-udp-out');
}

export function judgeRouter({ mapping, places }: RouterFigures): Judgement {
  switch (mapping) {
    case 'none':
    case 'same':
      return fine;
    case 'different':
      return judgement('limited', 'helpers-carry');
    case 'unknown':
      // Where nothing came back at all, the lines above say what to do.
      return judgement('not-checked', places === 0 ? 'none' : 'wait-for-helpers');
  }
}

export function judgeIpv6({ hasAddress, asked, answered, hasIpv4 }: Ipv6Figures): Judgement {
  if (answered > 0) return fine;
  // Many homes have none, and calls don't need it; only where IPv4 fails it would have been the other way.
  if (!hasAddress) return judgement(hasIpv4 ? 'not-checked' : 'limited', 'none');
  if (asked === 0) return judgement('not-checked', 'none');
  return judgement('limited', hasIpv4 ? 'none' : 'other-network');
}

export function judgeRelay({ asked, transport, stoppedAt }: RelayFigures): Judgement {
  switch (transport) {
    case 'udp':
      return fine;
    case 'tcp':
    case 'tls':
      return judgement('limited', 'let-udp-out');
    case null:
      if (asked === 0) return judgement('failed', 'wait-for-helpers');
      return judgement('failed', stoppedAt === 'silent' ? 'other-network' : 'wait-for-helpers');
  }
}

const microphoneAdvice: Readonly<Record<MicrophoneProblem, CheckAdvice>> = {
  denied: 'allow-microphone',
  none: 'plug-in-microphone',
  unplugged: 'plug-in-microphone',
  // The system has it and does not give it: mostly another program's doing.
  failed: 'free-microphone',
};

/** RMS of full scale: -60 dBFS, where a quiet room lies with a microphone that is switched on. A dead one gives zeros. */
export const quietRoom = 0.001;

export function judgeMicrophone({ isHere, problem, peak }: MicrophoneFigures): Judgement {
  if (!isHere) return judgement('not-checked', 'check-in-app');
  if (problem !== null) return judgement('failed', microphoneAdvice[problem]);
  if (peak === null || peak === 0) return judgement('failed', 'plug-in-microphone');
  return peak < quietRoom ? judgement('limited', 'louder-microphone') : fine;
}

export function judgeSpeaker({ isHere, devices, played }: SpeakerFigures): Judgement {
  if (!isHere) return judgement('not-checked', 'check-in-app');
  return devices > 0 && played ? fine : judgement('failed', 'choose-speaker');
}

const works = (line: CheckLine | undefined): boolean => line?.verdict === 'ok' || line?.verdict === 'limited';

/** How calls would go, by the lines of the network; a line that is missing counts as one that failed. */
export function judgeOutcome(lines: readonly CheckLine[]): CheckOutcome {
  const find = <Id extends CheckLine['id']>(id: Id): CheckLine | undefined => lines.find((line) => line.id === id);
  const relayed = works(find('relay'));
  if (!works(find('supernodes'))) return 'offline';
  if (!works(find('udp'))) return relayed ? 'relayed' : 'blocked';
  if (find('router')?.verdict === 'ok') return 'direct';
  return relayed ? 'relayed' : 'partial';
}

/** `partly`: it works with a drawback. */
export type OverallLevel = 'good' | 'partly' | 'bad';
/** How calls would go, or what of the sound spoils them. `unheard`: by the microphone; `deaf`: by the speaker; `faint`: it hears little. */
export const overallReasons = [...checkOutcomes, 'unheard', 'deaf', 'faint'] as const;
export type OverallReason = (typeof overallReasons)[number];
export interface Overall {
  readonly level: OverallLevel;
  readonly reason: OverallReason;
}

const levels: Readonly<Record<CheckOutcome, OverallLevel>> = {
  direct: 'good',
  relayed: 'partly',
  partial: 'partly',
  blocked: 'bad',
  offline: 'bad',
};

/** Network and sound together: nothing is good whose microphone does not work. What keeps calls from connecting is said first. */
export function overallOf(outcome: CheckOutcome, lines: Iterable<CheckLine>): Overall {
  const level = levels[outcome];
  if (level === 'bad') return { level, reason: outcome };
  const all = [...lines];
  const verdictOf = (id: CheckLine['id']): CheckVerdict | undefined => all.find((line) => line.id === id)?.verdict;
  if (verdictOf('microphone') === 'failed') return { level: 'bad', reason: 'unheard' };
  if (verdictOf('speaker') === 'failed') return { level: 'bad', reason: 'deaf' };
  if (level === 'good' && verdictOf('microphone') === 'limited') return { level: 'partly', reason: 'faint' };
  return { level, reason: outcome };
}
