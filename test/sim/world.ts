import type { HostPort } from '../../main/ports/host-port.ts';
import { blake2b256, keyPairFromSeed, signDetached, verifyDetached } from '../../native-shims/sodium/index.ts';
import {
  createOverlay,
  type ContactAddress,
  type LinkIdentity,
  type ListeningSecret,
  type OverlayOptions,
  type RecordValidator,
  type RunningOverlay,
} from '../../main/overlay/index.ts';
import { createCardJudge, type CardWork } from '../../main/directory/index.ts';
import { createMailboxJudge, type MailboxWork } from '../../main/mailbox/index.ts';
import { silentLogger } from '../../main/ports/logger.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { memoryCardShelf } from './card-shelf.ts';
import { memoryMailboxShelf } from './mailbox-shelf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const signedText = (domain: string, message: Uint8Array): Uint8Array => Buffer.concat([Buffer.from(`${domain}\0`), message]);

/** Root key, device key, root's signature over the device key: real signatures, without expiry or sequence. */
export interface TestPerson {
  readonly identity: LinkIdentity;
  readonly listening: ListeningSecret;
  readonly address: ContactAddress;
}

export function createPerson(seed: Uint8Array = systemRandom.bytes(32), deviceName = 'device'): TestPerson {
  const derived = (what: string): Uint8Array => blake2b256(seed, Buffer.from(what));
  const root = keyPairFromSeed(derived('root'));
  const device = keyPairFromSeed(derived(deviceName));
  const listening = { seed: derived('listening'), secret: derived('secret'), sequence: 1 };
  return {
    identity: {
      account: hex(root.publicKey),
      device: hex(device.publicKey),
      certificate: Buffer.concat([root.publicKey, device.publicKey, signDetached(device.publicKey, root.secretKey)]),
      sign: (domain, message) => signDetached(signedText(domain, message), device.secretKey),
    },
    listening,
    address: { base: keyPairFromSeed(listening.seed).publicKey, secret: listening.secret, sequence: 1 },
  };
}

export const checkCertificate: OverlayOptions['certificateCheck'] = (certificate) => {
  const [root, device, signature] = [certificate.subarray(0, 32), certificate.subarray(32, 64), certificate.subarray(64)];
  return verifyDetached(signature, device, root) ? { account: hex(root), device: hex(device) } : null;
};

export const checkSignature: OverlayOptions['signatureCheck'] = (device, domain, message, signature) =>
  verifyDetached(signature, signedText(domain, message), Buffer.from(device, 'hex'));

/** A claim on a target: owner (32 bytes), sequence (1 byte), signature over target and sequence. First owner keeps it. */
export function createClaim(seed: Uint8Array, target: Uint8Array, sequence: number): Uint8Array {
  const owner = keyPairFromSeed(seed);
  const signature = signDetached(Buffer.concat([target, Uint8Array.of(sequence)]), owner.secretKey);
  return Buffer.concat([owner.publicKey, Uint8Array.of(sequence), signature]);
}

export const claimValidator: RecordValidator = {
  judge: (target, offered, held, nowMs) => {
    const [owner, sequence, signature] = [offered.subarray(0, 32), offered.subarray(32, 33), offered.subarray(33)];
    const isValid = offered.byteLength === 97 && verifyDetached(signature, Buffer.concat([target, sequence]), owner);
    if (!isValid) return Promise.resolve({ verdict: 'refuse', code: 'BAD_RECORD' });
    if (held !== null && Buffer.compare(held.subarray(0, 32), owner) !== 0) {
      return Promise.resolve({ verdict: 'refuse', code: 'NAME_TAKEN' });
    }
    if (held !== null && (held[32] ?? 0) >= (sequence[0] ?? 0)) return Promise.resolve({ verdict: 'refuse', code: 'STALE' });
    return Promise.resolve({ verdict: 'store', expiresAtMs: nowMs + 3_600_000 });
  },
};

/** Argon2id at its smallest, 2 hashes on average. */
export const cheapMailboxWork: MailboxWork = { cost: { memoryBytes: 8192, passes: 1 }, boxBits: 1, requestBits: 1 };

/** Likewise. */
export const cheapCardWork: CardWork = { cost: { memoryBytes: 8192, passes: 1 }, bits: 1 };

export function overlayOptions(bind: HostPort, bootstrap: readonly HostPort[], changes: Partial<OverlayOptions>): OverlayOptions {
  return {
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    bind,
    bootstrap,
    supernodeMode: 'on',
    knownNodes: { load: () => [], save: () => undefined },
    ownPort: { load: () => null, save: () => undefined },
    shelf: { load: () => [], save: () => undefined, remove: () => undefined },
    validator: claimValidator,
    cards: { shelf: memoryCardShelf(), judge: createCardJudge(cheapCardWork) },
    mailboxes: { shelf: memoryMailboxShelf(), judge: createMailboxJudge(cheapMailboxWork) },
    certificateCheck: checkCertificate,
    signatureCheck: checkSignature,
    gateway: {
      known: { load: () => [], save: () => undefined },
      named: [],
      proxy: null,
      own: null,
    },
    mdns: false,
    localRendezvous: null,
    bitTorrent: null,
    invited: [],
    // 127.0.0.0/8 as many networks.
    diversity: { privateAddressesCountPerNode: false },
    shelfLimits: { perNetwork: { perSecond: 1_000, burst: 1_000 }, total: { perSecond: 1_000, burst: 1_000 } },
    ...changes,
  };
}

/** Overlays of one test; `stop` ends those that are left. */
export class World {
  readonly #running = new Set<RunningOverlay>();
  #next: number;

  /** @param first where in 127.0.0.0/8 its nodes begin: beside another world it needs a place of its own */
  constructor(first = 0) {
    this.#next = first;
  }

  /** Starts one in a network of its own, two per /16. */
  add(bootstrap: readonly HostPort[], changes: Partial<OverlayOptions> = {}): Promise<WorldNode> {
    this.#next += 1;
    const host = `127.${1 + Math.floor(this.#next / 2)}.${this.#next}.1`;
    return this.addAt({ host, port: 0 }, bootstrap, changes);
  }

  /** Starts one at a place. */
  async addAt(bind: HostPort, bootstrap: readonly HostPort[], changes: Partial<OverlayOptions> = {}): Promise<WorldNode> {
    const overlay = createOverlay(overlayOptions(bind, bootstrap, changes));
    this.#running.add(overlay);
    await overlay.start();
    return { overlay, at: () => overlay.address() ?? bind };
  }

  async crash({ overlay }: WorldNode): Promise<void> {
    this.#running.delete(overlay);
    await overlay.crash();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((overlay) => overlay.stop()));
    this.#running.clear();
  }
}

export interface WorldNode {
  readonly overlay: RunningOverlay;
  readonly at: () => HostPort;
}

/** Polls until `check` gives something; fails with `what` after `patienceMs`. */
export async function eventually<T>(
  what: string,
  check: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  patienceMs = 20_000,
): Promise<T> {
  const endMs = systemClock.monotonicMs() + patienceMs;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const value = await check();
    if (value !== null && value !== undefined && value !== false) return value;
    if (systemClock.monotonicMs() > endMs) throw new Error(`never happened: ${what}`);
    // oxlint-disable-next-line no-await-in-loop -- waiting for a condition
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
