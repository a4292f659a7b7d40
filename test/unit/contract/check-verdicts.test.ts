import { describe, expect, it } from 'vitest';
import {
  judgeIpv6,
  judgeMicrophone,
  judgeOutcome,
  judgeRelay,
  judgeRouter,
  judgeSpeaker,
  judgeSupernodes,
  judgeUdp,
  overallOf,
  type CheckLine,
  type CheckVerdict,
} from '../../../preload/contract/index.ts';

const supernodes = { status: 'connected', heard: 20, relays: 3, quickestMs: 12, throughGateway: false } as const;
const udp = { asked: 3, answered: 3, quickestMs: 12, heard: 20 };
const router = { mapping: 'same', filtering: 'by-port', places: 3, address: '203.0.113.7' } as const;
const ipv6 = { hasAddress: true, asked: 2, answered: 2, hasIpv4: true };
const relay = { asked: 2, transport: 'udp', allocationMs: 40, echoMs: 20, stoppedAt: null } as const;
const noRelay = { ...relay, transport: null, allocationMs: null, echoMs: null } as const;
const microphone = { isHere: true, problem: null, peak: 0.1 };
const speaker = { isHere: true, devices: 1, played: true };

describe('each line of the connection check is judged by its figures', () => {
  it.each([
    ['connected', judgeSupernodes(supernodes), 'ok', 'none'],
    ['a symmetric router is no fault of the supernodes', judgeSupernodes({ ...supernodes, status: 'limited' }), 'ok', 'none'],
    ['carried by a gateway', judgeSupernodes({ ...supernodes, status: 'limited', throughGateway: true }), 'limited', 'none'],
    ['nobody there', judgeSupernodes({ ...supernodes, status: 'alone', heard: 0 }), 'failed', 'check-internet'],
    ['cut off', judgeSupernodes({ ...supernodes, status: 'reconnecting', heard: 0 }), 'failed', 'check-internet'],
    ['still looking', judgeSupernodes({ ...supernodes, status: 'starting', heard: 2 }), 'limited', 'wait-for-helpers'],
    ['all places answer', judgeUdp(udp), 'ok', 'none'],
    ['two of three do', judgeUdp({ ...udp, answered: 2 }), 'ok', 'none'],
    ['one alone does', judgeUdp({ ...udp, answered: 1 }), 'limited', 'wait-for-helpers'],
    ['there is only one, and it does', judgeUdp({ ...udp, asked: 1, answered: 1 }), 'limited', 'wait-for-helpers'],
    ['only the overlay hears by UDP', judgeUdp({ ...udp, answered: 0 }), 'limited', 'wait-for-helpers'],
    ['UDP is blocked', judgeUdp({ ...udp, answered: 0, heard: 0 }), 'failed', 'let-udp-out'],
    ['nobody to ask by UDP', judgeUdp({ ...udp, asked: 0, answered: 0, heard: 0 }), 'not-checked', 'wait-for-helpers'],
    ['one port for everybody', judgeRouter(router), 'ok', 'none'],
    ['no router', judgeRouter({ ...router, mapping: 'none' }), 'ok', 'none'],
    ['a port for each', judgeRouter({ ...router, mapping: 'different' }), 'limited', 'helpers-carry'],
    ['too few places', judgeRouter({ ...router, mapping: 'unknown', places: 1 }), 'not-checked', 'wait-for-helpers'],
    ['no place at all', judgeRouter({ ...router, mapping: 'unknown', places: 0 }), 'not-checked', 'none'],
    ['IPv6 works', judgeIpv6(ipv6), 'ok', 'none'],
    ['no IPv6, as in most homes', judgeIpv6({ ...ipv6, hasAddress: false, asked: 2, answered: 0 }), 'not-checked', 'none'],
    ['neither IPv6 nor IPv4', judgeIpv6({ hasAddress: false, asked: 0, answered: 0, hasIpv4: false }), 'limited', 'none'],
    ['IPv6 leads nowhere', judgeIpv6({ ...ipv6, answered: 0 }), 'limited', 'none'],
    ['IPv6 alone leads nowhere', judgeIpv6({ ...ipv6, answered: 0, hasIpv4: false }), 'limited', 'other-network'],
    ['nobody to try IPv6 with', judgeIpv6({ ...ipv6, asked: 0, answered: 0 }), 'not-checked', 'none'],
    ['relayed by UDP', judgeRelay(relay), 'ok', 'none'],
    ['relayed by TCP', judgeRelay({ ...relay, transport: 'tcp' }), 'limited', 'let-udp-out'],
    ['relayed by TLS', judgeRelay({ ...relay, transport: 'tls' }), 'limited', 'let-udp-out'],
    ['no relay known', judgeRelay({ ...noRelay, asked: 0 }), 'failed', 'wait-for-helpers'],
    ['no relay answers', judgeRelay({ ...noRelay, stoppedAt: 'silent' }), 'failed', 'other-network'],
    ['the relays are full', judgeRelay({ ...noRelay, stoppedAt: 'refused' }), 'failed', 'wait-for-helpers'],
    ['nothing comes through', judgeRelay({ ...noRelay, stoppedAt: 'lost' }), 'failed', 'wait-for-helpers'],
    ['a voice', judgeMicrophone(microphone), 'ok', 'none'],
    ['next to nothing', judgeMicrophone({ ...microphone, peak: 0.0005 }), 'limited', 'louder-microphone'],
    ['zeros', judgeMicrophone({ ...microphone, peak: 0 }), 'failed', 'plug-in-microphone'],
    ['not a sample', judgeMicrophone({ ...microphone, peak: null }), 'failed', 'plug-in-microphone'],
    ['not allowed', judgeMicrophone({ ...microphone, problem: 'denied', peak: null }), 'failed', 'allow-microphone'],
    ['none there', judgeMicrophone({ ...microphone, problem: 'none', peak: null }), 'failed', 'plug-in-microphone'],
    ['held by another', judgeMicrophone({ ...microphone, problem: 'failed', peak: null }), 'failed', 'free-microphone'],
    ['no sound here', judgeMicrophone({ ...microphone, isHere: false }), 'not-checked', 'check-in-app'],
    ['it plays', judgeSpeaker(speaker), 'ok', 'none'],
    ['it does not play', judgeSpeaker({ ...speaker, played: false }), 'failed', 'choose-speaker'],
    ['no speaker', judgeSpeaker({ ...speaker, devices: 0 }), 'failed', 'choose-speaker'],
    ['no speaker here', judgeSpeaker({ ...speaker, isHere: false }), 'not-checked', 'check-in-app'],
  ] as const)('%s', (_what, judged, verdict, advice) => expect(judged).toEqual({ verdict, advice }));
});

describe('the lines of the network together say how calls go', () => {
  const lines = (found: CheckVerdict, out: CheckVerdict, kind: CheckVerdict, carried: CheckVerdict): readonly CheckLine[] => [
    { id: 'supernodes', figures: supernodes, verdict: found, advice: 'none' },
    { id: 'udp', figures: udp, verdict: out, advice: 'none' },
    { id: 'router', figures: router, verdict: kind, advice: 'none' },
    { id: 'ipv6', figures: ipv6, verdict: 'failed', advice: 'none' },
    { id: 'relay', figures: relay, verdict: carried, advice: 'none' },
    { id: 'microphone', figures: microphone, verdict: 'failed', advice: 'none' },
  ];
  it.each([
    ['all is well', lines('ok', 'ok', 'ok', 'ok'), 'direct'],
    ['no relay, but a kind router', lines('ok', 'ok', 'ok', 'failed'), 'direct'],
    ['a router that gives each place a port', lines('ok', 'ok', 'limited', 'ok'), 'relayed'],
    ['such a router, and no relay', lines('ok', 'ok', 'limited', 'failed'), 'partial'],
    ['a router of unknown kind, and no relay', lines('ok', 'limited', 'not-checked', 'failed'), 'partial'],
    ['UDP blocked, a relay by TLS', lines('limited', 'failed', 'not-checked', 'limited'), 'relayed'],
    ['UDP blocked, no relay', lines('limited', 'failed', 'not-checked', 'failed'), 'blocked'],
    ['nobody found', lines('failed', 'ok', 'ok', 'ok'), 'offline'],
    ['nothing seen at all', [], 'offline'],
  ] as const)('%s', (_what, seen, outcome) => expect(judgeOutcome(seen)).toBe(outcome));
});

describe('network and sound together say how a person would be heard', () => {
  const sound = (mic: CheckVerdict, ear: CheckVerdict = 'ok'): readonly CheckLine[] => [
    { id: 'microphone', figures: microphone, verdict: mic, advice: 'none' },
    { id: 'speaker', figures: speaker, verdict: ear, advice: 'none' },
  ];
  it.each([
    ['all is well', 'direct', sound('ok'), 'good', 'direct'],
    ['a helper carries', 'relayed', sound('ok'), 'partly', 'relayed'],
    ['some calls connect', 'partial', sound('ok'), 'partly', 'partial'],
    ['none connects', 'blocked', sound('ok'), 'bad', 'blocked'],
    ['no microphone', 'direct', sound('failed'), 'bad', 'unheard'],
    ['no microphone, and a helper carries', 'relayed', sound('failed'), 'bad', 'unheard'],
    ['no speaker', 'direct', sound('ok', 'failed'), 'bad', 'deaf'],
    ['neither', 'direct', sound('failed', 'failed'), 'bad', 'unheard'],
    ['a microphone that hears little', 'direct', sound('limited'), 'partly', 'faint'],
    ['nobody answers, and no microphone', 'offline', sound('failed'), 'bad', 'offline'],
    ['no sound to look at', 'direct', [], 'good', 'direct'],
  ] as const)('%s', (_what, outcome, lines, level, reason) => expect(overallOf(outcome, lines)).toEqual({ level, reason }));
});
