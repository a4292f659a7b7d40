import type { MediaPath } from '../../../../preload/contract/index.ts';
import type { IceServer } from '../../../../main/calls/index.ts';
import { createIceAgent, type IceAgent, type SpokenCandidate } from '../../../../main/media/ice/ice-agent.ts';
import type { Random } from '../../../../main/ports/random.ts';
import { VirtualClock } from '../../virtual-clock.ts';
import { Internet, type Computer } from './sim-net.ts';
import { relayPassword, relayPort, type SimRelay } from './sim-relay.ts';

/** Mulberry32: small, seeded, good enough to vary networks. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(fraction() * 256)) };
}

export function openUniverse(seed = 1) {
  const clock = new VirtualClock();
  const net = new Internet(clock, seededRandom(seed));
  return { clock, net };
}

export const stunServer = ({ host }: SimRelay): IceServer => ({ kind: 'stun', transport: 'udp', address: host, port: relayPort });

export const turnServer = ({ host }: SimRelay, username: string, transport: 'udp' | 'tcp' = 'udp'): IceServer => ({
  kind: 'turn',
  transport,
  address: host,
  port: relayPort,
  username,
  credential: relayPassword,
});

export interface Side {
  readonly agent: IceAgent;
  readonly paths: MediaPath[];
  readonly told: SpokenCandidate[];
  /** When each packet of media came, by its number; the first time. */
  readonly heard: Map<number, number>;
  isConnected: boolean;
  hasFailed: boolean;
}

const signalMs = 30;
/** First byte of media (RFC 7983 §7: 128…191), a packet's number, and as much as a voice has. */
const packetBytes = 120;

export interface CallOptions {
  readonly caller: Computer;
  readonly callee: Computer;
  readonly servers?: readonly [caller: readonly IceServer[], callee: readonly IceServer[]];
  readonly relayOnly?: boolean;
  readonly roles?: readonly ['offerer' | 'answerer', 'offerer' | 'answerer'];
}

/** Two agents and a signalling that takes its time. */
export function openCall({ clock, net }: ReturnType<typeof openUniverse>, options: CallOptions) {
  const side = (role: 'offerer' | 'answerer', computer: Computer, servers: readonly IceServer[]): Side => {
    const agent = createIceAgent({
      role,
      servers,
      policy: { relayOnly: options.relayOnly ?? false },
      bindAddresses: null,
      clock,
      random: net.random,
      net: computer,
    });
    const made: Side = { agent, paths: [], told: [], heard: new Map(), isConnected: false, hasFailed: false };
    agent.onPathChanged((kind) => {
      made.paths.push(kind);
      made.isConnected = true;
    });
    agent.onFailed(() => (made.hasFailed = true));
    agent.onData((data) => {
      // A network that changes packets may cut one short.
      if (data.length < 5) return;
      const number = data.readUInt32BE(1);
      if (!made.heard.has(number)) made.heard.set(number, clock.monotonicMs());
    });
    return made;
  };
  const [callerServers, calleeServers] = options.servers ?? [[], []];
  const caller = side(options.roles?.[0] ?? 'offerer', options.caller, callerServers);
  const callee = side(options.roles?.[1] ?? 'answerer', options.callee, calleeServers);
  const tell = (from: Side, to: Side): void => {
    void from.agent.gather((candidate) => {
      from.told.push(candidate);
      clock.setTimer(signalMs, () => to.agent.addRemoteCandidate(candidate));
    });
  };
  const describe = (from: Side, to: Side, then: () => void): void => {
    const { credentials } = from.agent;
    clock.setTimer(signalMs, () => {
      to.agent.setRemote(credentials);
      then();
    });
    tell(from, to);
  };
  const call = {
    caller,
    callee,
    start: () => describe(caller, callee, () => describe(callee, caller, () => undefined)),
    restart: () => {
      caller.agent.restart();
      const { credentials } = caller.agent;
      clock.setTimer(signalMs, () => {
        callee.agent.restart();
        callee.agent.setRemote(credentials);
        describe(callee, caller, () => undefined);
      });
      tell(caller, callee);
    },
    /** Both speak: a packet each way every 20 ms. @returns the first and the last number */
    talk(durationMs: number): readonly [number, number] {
      const first = next;
      for (let spokenMs = 0; spokenMs < durationMs; spokenMs += 20) {
        next += 1;
        for (const { agent } of [caller, callee]) {
          const packet = Buffer.alloc(packetBytes, 128);
          packet.writeUInt32BE(next, 1);
          agent.send(packet);
        }
        clock.advance(20);
      }
      return [first + 1, next];
    },
    /** Runs until both have a path, or for so long. @returns how long it took */
    connect(limitMs = 20_000): number {
      const startMs = clock.monotonicMs();
      call.start();
      while (!(caller.isConnected && callee.isConnected) && clock.monotonicMs() - startMs < limitMs) clock.advance(10);
      return clock.monotonicMs() - startMs;
    },
    close: () => {
      caller.agent.close();
      callee.agent.close();
    },
  };
  let next = 0;
  return call;
}

/** The longest time in which nothing was heard, between `fromMs` and `toMs`. */
export function longestGapMs(side: Side, fromMs: number, toMs: number): number {
  const times = [...side.heard.values()].filter((atMs) => atMs >= fromMs && atMs <= toMs).toSorted((a, b) => a - b);
  let last = fromMs;
  let longest = 0;
  for (const atMs of [...times, toMs]) {
    longest = Math.max(longest, atMs - last);
    last = atMs;
  }
  return longest;
}
