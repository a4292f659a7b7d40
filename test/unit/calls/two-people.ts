import type { CallRecordView, CallView } from '../../../preload/contract/index.ts';
import { createCalls, type Admission, type Calls, type CallsOptions } from '../../../main/calls/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { PeerAddress } from '../../../main/ports/peer-wire.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { checkSignature, signBytes } from '../../../main/identity/signed.ts';
import type { KnownRelay } from '../../../main/overlay/index.ts';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';
import { MemoryNetwork, type MemoryWire } from './memory-wire.ts';
import { ScriptedMedia } from './scripted-media.ts';
import { VirtualClock } from '../virtual-clock.ts';

export interface Person {
  readonly address: PeerAddress;
  /** What `calls` was made with. */
  readonly options: CallsOptions;
  readonly calls: Calls;
  readonly wire: MemoryWire;
  readonly media: ScriptedMedia;
  readonly records: CallRecordView[];
  /** Who was reported for breaking the protocol, and how. */
  readonly complaints: string[];
  /** Every phase (and end reason) the page was shown, without repetitions. */
  readonly shown: string[];
  admission: Admission;
  readonly volumes: Map<string, number>;
  /** The relays this person has heard of, nearest first. */
  knownRelays: readonly KnownRelay[];
  /** Whether the other side may learn this person's address. */
  isHidden: boolean;
  /** By a gateway. */
  isCarried: boolean;
  /** The newest call, as the page sees it. */
  view(): CallView;
}

export interface World {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  /** Has the lower account key. */
  readonly ann: Person;
  readonly ben: Person;
  readonly cem: Person;
}

const latencyMs = 5;

export function createWorld(): World {
  const clock = new VirtualClock(1_700_000_000_000);
  const network = new MemoryNetwork(clock, latencyMs);
  const person = (digit: string): Person => createPerson(digit, clock, network);
  const world = { clock, network, ann: person('a'), ben: person('b'), cem: person('c') };
  const everybody = [world.ann.media, world.ben.media, world.cem.media];
  for (const media of everybody) media.peers = everybody.filter((other) => other !== media);
  network.reconnect();
  return world;
}

function createPerson(digit: string, clock: VirtualClock, network: MemoryNetwork): Person {
  const device = keyPairFromSeed(new Uint8Array(32).fill(digit.charCodeAt(0)));
  const address: PeerAddress = { account: digit.repeat(64), device: toHex(device.publicKey) };
  const wire = network.join(address);
  const media = new ScriptedMedia(clock, digit.charCodeAt(0) * 100);
  let made = 0;
  const options: CallsOptions = {
    wire,
    media,
    clock,
    random: { bytes: (length) => new Uint8Array(length).fill(digit.charCodeAt(0)).fill((made += 1), 0, 1), fraction: () => 0.5 },
    misbehaved: (account, reason) => self.complaints.push(`${account[0] ?? ''}: ${reason}`),
    log: silentLogger,
    self: () => address.account,
    nameOf: (account) => `person-${account[0] ?? ''}`,
    volumeOf: (account) => self.volumes.get(account) ?? 1,
    recordingFor: (name) => ({ path: `/recordings/${digit}/${name}.opus`, title: `Call with ${name}` }),
    admit: () => self.admission,
    hidesAddressFrom: () => self.isHidden,
    relays: {
      known: () => self.knownRelays,
      isCarried: () => self.isCarried,
      mayAsk: (host) => !host.startsWith('192.168.'),
      device: () => address.device,
      sign: (domain, message) => signBytes(domain, message, device.secretKey),
      checkSignature,
    },
  };
  const calls = createCalls(options);
  const self: Person = {
    address,
    options,
    calls,
    wire,
    media,
    records: [],
    complaints: [],
    shown: [],
    admission: 'ring',
    volumes: new Map(),
    knownRelays: [],
    isHidden: false,
    isCarried: false,
    view: () => {
      const newest = calls.views().at(-1);
      if (newest === undefined) throw new Error('no call in the view');
      return newest;
    },
  };
  calls.onRecord((record) => self.records.push(record));
  calls.onChange(({ phase, reason }) => {
    const shown = reason ?? phase;
    if (self.shown.at(-1) !== shown) self.shown.push(shown);
  });
  return self;
}

/** Ann calls Ben, it rings, Ben says yes, they talk for a second. */
export function talk({ clock, ann, ben }: World): void {
  ann.calls.start(ben.address.account);
  clock.advance(200);
  ben.calls.accept(ben.view().id);
  clock.advance(1_000);
}
