import {
  judgeMicrophone,
  judgeSpeaker,
  type CheckAdvice,
  type CheckLine,
  type CheckOutcome,
} from '../../preload/contract/index.ts';
import { missingCase } from '../ports/missing-case.ts';

/** The connection check for people at a terminal. `Record`: a new case is a compile error here. */

export const checkTitles: Readonly<Record<CheckLine['id'], string>> = {
  supernodes: 'Supernodes',
  udp: 'UDP',
  router: 'Router',
  ipv6: 'IPv6',
  relay: 'Relay',
  microphone: 'Microphone',
  speaker: 'Speaker',
};

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const quickest = (value: number | null): string => (value === null ? '' : `, the quickest after ${ms(value)}`);

const statuses: Readonly<Record<Extract<CheckLine, { id: 'supernodes' }>['figures']['status'], string>> = {
  starting: 'still looking for others',
  connected: 'connected',
  alone: 'nobody answers',
  limited: 'connected',
  reconnecting: 'the connection was lost',
};

const mappings: Readonly<Record<Extract<CheckLine, { id: 'router' }>['figures']['mapping'], string>> = {
  none: 'no address translation',
  same: 'the same public port for everybody',
  different: 'another public port for each place (symmetric)',
  unknown: 'too few places told how they see this computer',
};

const filterings: Readonly<Record<Extract<CheckLine, { id: 'router' }>['figures']['filtering'], string>> = {
  open: '; lets answers in from anywhere',
  'by-host': '; lets answers in from other ports of who was written to',
  'by-port': '; lets answers in only from the very port that was written to',
  unknown: '',
};

const stops: Readonly<Record<NonNullable<Extract<CheckLine, { id: 'relay' }>['figures']['stoppedAt']>, string>> = {
  silent: 'none of them answered over UDP, TCP or TLS',
  refused: 'none of them would carry this computer just now',
  lost: 'nothing came back through them',
};

/** What was seen, in words and figures. */
export function checkSeen(line: CheckLine): string {
  switch (line.id) {
    case 'supernodes': {
      const { status, heard, relays, quickestMs, throughGateway } = line.figures;
      const relaying = `relays known: ${relays}${quickest(quickestMs)}`;
      return `${throughGateway ? 'through a gateway' : statuses[status]}; nodes heard: ${heard}; ${relaying}`;
    }
    case 'udp': {
      const { asked, answered, quickestMs, heard } = line.figures;
      return asked === 0
        ? `no supernode is known that answers STUN; nodes heard over UDP: ${heard}`
        : `${answered} of ${asked} supernodes in different networks answered${quickest(quickestMs)}`;
    }
    case 'router': {
      const { mapping, filtering, places, address } = line.figures;
      const seen = address === null ? '' : `; seen as ${address}`;
      return `${mappings[mapping]}${filterings[filtering]} (places asked: ${places})${seen}`;
    }
    case 'ipv6': {
      const { hasAddress, asked, answered } = line.figures;
      if (!hasAddress) return 'none here';
      return asked === 0 ? 'there is an address, and no supernode to try it with' : `${answered} of ${asked} supernodes answered`;
    }
    case 'relay': {
      const { asked, transport, allocationMs, echoMs, stoppedAt } = line.figures;
      if (asked === 0) return 'no relay is known';
      if (transport !== null)
        return `bytes went through one and came back over ${transport.toUpperCase()} (${ms(allocationMs ?? 0)} to be let in, ${ms(echoMs ?? 0)} around)`;
      return `${asked} tried: ${stoppedAt === null ? 'nothing came of it' : stops[stoppedAt]}`;
    }
    case 'microphone':
    case 'speaker':
      return 'not checked: the command line has no sound of its own';
    default:
      return missingCase(line);
  }
}

export const checkAdvice: Readonly<Record<CheckAdvice, string | null>> = {
  none: null,
  'check-internet': 'check the internet connection; if it works elsewhere, name a node with --bootstrap HOST:PORT',
  'wait-for-helpers': 'more supernodes are found while the app runs; try again in a few minutes',
  'let-udp-out': 'whoever runs this network could let UDP out; until then calls go over TCP or TLS, with more delay, if at all',
  'other-network': 'try another network, for instance a phone’s',
  'helpers-carry': 'nothing to do: where the two networks will not meet, a relay carries the call',
  'allow-microphone': 'allow the microphone in the settings of the system',
  'plug-in-microphone': 'plug in a microphone, or choose another',
  'free-microphone': 'close other programs that use the microphone',
  'louder-microphone': 'speak louder, or turn the microphone up',
  'choose-speaker': 'choose another speaker',
  'check-in-app': 'the app checks it: Settings, Connection',
};

export const checkOutcome: Readonly<Record<CheckOutcome, string>> = {
  direct: 'You can call: calls go straight to the other side wherever their network lets them.',
  relayed: 'You can call: some or all calls go through a relay.',
  partial: 'Some calls will connect, others will not: there is no relay for those.',
  blocked: 'Friends are found, but calls will not connect from this network.',
  offline: 'You can not call: nobody answers.',
};

const microphone = { isHere: false, problem: null, peak: null };
const speaker = { isHere: false, devices: 0, played: false };
/** The command line plays and records files: there is no sound to check. */
export const soundlessLines: readonly CheckLine[] = [
  { id: 'microphone', figures: microphone, ...judgeMicrophone(microphone) },
  { id: 'speaker', figures: speaker, ...judgeSpeaker(speaker) },
];
