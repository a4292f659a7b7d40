import { isIPv6 } from 'node:net';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import { isPort, isReachableForm } from '../address.ts';
import type { GatewayAddress, KnownGateways } from './gateways.ts';
import { isGlobalIpv6 } from './networks.ts';

/** Kept, on disk too. */
const maxKept = 32;
/** Addresses at which a gateway is only guessed. */
const maxGuessed = 24;
/** Where a gateway listens if it may (it looks like any web server there); else where its node listens for UDP. */
export const commonPort = 443;

export interface BookParts {
  readonly disk: KnownGateways;
  readonly named: readonly GatewayAddress[];
  /** Nodes that may be gateways too: those that we began with, and those that we knew. */
  readonly nodes: () => readonly HostPort[];
  /** Whether an address is of this very computer, as its interfaces are at this moment: what has the usual port here may be anybody's web server. */
  readonly whatIsHere: () => (host: string) => boolean;
  readonly onError: (error: unknown) => void;
}

const nameOf = ({ host, port }: HostPort): string => hostPortText({ host, port });

/** All gateways that we know or may guess, the most promising first. */
export class GatewayBook {
  readonly #parts: BookParts;
  #kept: readonly GatewayAddress[] = [];

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** @returns whether any is known by its key */
  load(): void {
    try {
      this.#kept = this.#parts.disk.load().filter(isUsable).slice(0, maxKept);
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  /** Those with a key. */
  get kept(): readonly GatewayAddress[] {
    return this.#kept;
  }

  get isEmpty(): boolean {
    return this.#parts.named.length + this.#kept.length + this.#parts.nodes().length === 0;
  }

  /** Named by the person, then kept, then guessed: a node's own host, on the usual port (but not of this computer) and on its own. */
  all(): readonly GatewayAddress[] {
    const listed = [...this.#parts.named, ...this.#kept];
    const known = new Set(listed.map(nameOf));
    const isHere = this.#parts.whatIsHere();
    const guesses = this.#parts
      .nodes()
      .flatMap(({ host, port }) => [...(isHere(host) ? [] : [{ host, port: commonPort, key: null }]), { host, port, key: null }])
      .filter((guess) => !known.has(nameOf(guess)));
    return [...listed, ...new Map(guesses.map((guess) => [nameOf(guess), guess])).values()].slice(0, listed.length + maxGuessed);
  }

  /** It answered, with this key: it is tried first from now on. */
  worked(gateway: GatewayAddress): void {
    this.#keep([gateway, ...this.#kept.filter((other) => nameOf(other) !== nameOf(gateway))]);
  }

  /** Somebody told of these. They come last, and never change what we know of an address. */
  heardOf(gateways: readonly GatewayAddress[]): void {
    const known = new Set(this.#kept.map(nameOf));
    const fresh = gateways.filter((gateway) => isUsable(gateway) && gateway.key !== null && !known.has(nameOf(gateway)));
    if (fresh.length > 0) this.#keep([...this.#kept, ...fresh]);
  }

  /** Another key answers there now, or (asked of the node itself) no gateway any more. */
  forget(gateway: HostPort): void {
    const rest = this.#kept.filter((other) => nameOf(other) !== nameOf(gateway));
    if (rest.length < this.#kept.length) this.#keep(rest);
  }

  #keep(gateways: readonly GatewayAddress[]): void {
    const before = this.#kept;
    this.#kept = gateways.slice(0, maxKept);
    const isSame = before.length === this.#kept.length && before.every((each, index) => isEqual(each, this.#kept[index]));
    if (isSame) return;
    try {
      this.#parts.disk.save(this.#kept);
    } catch (error) {
      // A disk that is full costs a slower start next time.
      this.#parts.onError(error);
    }
  }
}

const isEqual = (left: GatewayAddress, right: GatewayAddress | undefined): boolean =>
  right !== undefined && nameOf(left) === nameOf(right) && keyText(left) === keyText(right);

const keyText = ({ key }: GatewayAddress): string => (key === null ? '' : toHex(key));

const isUsable = (gateway: GatewayAddress): boolean =>
  isIPv6(gateway.host) ? isPort(gateway.port) && isGlobalIpv6(gateway.host) : isReachableForm(gateway);
