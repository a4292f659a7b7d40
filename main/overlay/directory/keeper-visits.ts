import type { DhtNode, NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { request } from './places.ts';

/** Tokens of so many nodes are remembered; each lives some seconds. */
const maxTokens = 512;

/** Asks keepers of mailboxes and cards, with the token that each gives for a few seconds. */
export class KeeperVisits {
  readonly #node: () => Pick<DhtNode, 'request'> | null;
  readonly #tokens = new Map<string, Uint8Array>();

  constructor(node: () => Pick<DhtNode, 'request'> | null) {
    this.#node = node;
  }

  remember(at: NodeAddress, token: Uint8Array): void {
    const key = hostPortText(at);
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    const oldest = this.#tokens.size > maxTokens ? this.#tokens.keys().next().value : undefined;
    if (oldest !== undefined) this.#tokens.delete(oldest);
  }

  /** @param value made for the token that goes with it @returns null: no answer, or one without a value */
  async ask(
    at: NodeAddress,
    command: number,
    target: Uint8Array,
    value: (token: Uint8Array) => Uint8Array | null,
  ): Promise<Uint8Array | null> {
    for (let round = 0; round < 2; round++) {
      const node = this.#node();
      if (node === null) return null;
      // oxlint-disable-next-line no-await-in-loop -- the second round is for a token that was too old
      const token = this.#tokens.get(hostPortText(at)) ?? (await this.#greet(node, at, command, target));
      if (token === null) return null;
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const reply = await request(node, { command, target, value: value(token), token }, at);
      if (reply === null) return null;
      if (reply.token === null) this.#tokens.delete(hostPortText(at));
      else this.remember(at, new Uint8Array(reply.token));
      if (reply.error === 0) return reply.value === null ? null : new Uint8Array(reply.value);
    }
    return null;
  }

  async #greet(node: Pick<DhtNode, 'request'>, at: NodeAddress, command: number, target: Uint8Array): Promise<Uint8Array | null> {
    const reply = await request(node, { command, target, value: null }, at);
    if (reply === null || reply.error !== 0 || reply.token === null) return null;
    const token = new Uint8Array(reply.token);
    this.remember(at, token);
    return token;
  }
}
