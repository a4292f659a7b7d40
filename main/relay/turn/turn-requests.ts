import {
  addressesOf,
  attribute,
  type ErrorCode,
  type Family,
  firstOptional,
  isChannelNumber,
  method,
  numberOf,
  type StunMessage,
  transactionIdBytes,
  type TransportAddress,
  valueOf,
} from '../../stun/index.ts';
import { Allocation } from './allocation.ts';
import { grantedLifetimeS, readAllocateWish, readFamily, type AllocateWish } from './allocate-wish.ts';
import type { Allocations } from './allocations.ts';
import { Answers, lasting, transactionOf, type Asked } from './answers.ts';
import { answerBinding, canChange } from './binding.ts';
import type { ClientPath } from './client-path.ts';
import { authenticate, type Authenticated } from './credentials.ts';
import type { Nonces } from './nonce.ts';
import { refusalOf } from './peer-policy.ts';
import type { RelayPort } from './relay-ports.ts';
import type { TurnServerParts } from './turn-server.ts';

type Proven = Asked & { readonly by: Authenticated };

type Parts = TurnServerParts & { readonly nonces: Nonces; readonly allocations: Allocations };

/** RESPONSE-PORT and PADDING of RFC 5780 are not among them: answers go where requests came from, and are not made longer. */
const known: ReadonlySet<number> = new Set<number>(Object.values(attribute));

/** This many of them are told: an answer stays short. */
const maxUnknownTold = 4;

/** What a client asks and the server answers, one at a time. */
export class TurnRequests {
  readonly #parts: Parts;
  readonly #decoyPassword: string;
  readonly #answers: Answers;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#answers = new Answers(parts);
    this.#decoyPassword = Buffer.from(parts.random.bytes(16)).toString('base64');
  }

  answer(path: ClientPath, message: StunMessage, nowMs: number): void {
    const asked: Asked = { path, message, nowMs, by: null };
    switch (message.method) {
      case method.binding:
        if (!this.#refusesUnknown(asked) && !answerBinding(asked, this.#answers))
          this.#answers.refuseUnknown(asked, [attribute.changeRequest]);
        return;
      case method.allocate:
        this.#proven(asked, (proven) => this.#allocate(proven));
        return;
      case method.refresh:
        this.#proven(asked, (proven) => this.#withAllocation(proven, (allocation) => this.#refresh(proven, allocation)));
        return;
      case method.createPermission:
        this.#proven(asked, (proven) => this.#withAllocation(proven, (allocation) => this.#createPermission(proven, allocation)));
        return;
      case method.channelBind:
        this.#proven(asked, (proven) => this.#withAllocation(proven, (allocation) => this.#channelBind(proven, allocation)));
        return;
      default:
        this.#answers.refuse(asked, 400);
    }
  }

  /** Closes an allocation's ports and forgets it. */
  end(allocation: Allocation): void {
    this.#parts.allocations.remove(allocation);
    for (const relay of allocation.relays) relay.close();
    allocation.path.allocation = null;
  }

  newTransactionId(): Uint8Array {
    return this.#parts.random.bytes(transactionIdBytes);
  }

  #proven(asked: Asked, act: (proven: Proven) => void): void {
    const { verifier, nonces, realm } = this.#parts;
    const { path, message, nowMs } = asked;
    if (verifier === null) {
      this.#answers.refuse(asked, 403);
      return;
    }
    const result = authenticate(message, {
      path,
      nowMs,
      nonces,
      realm,
      decoyPassword: this.#decoyPassword,
      // Tickets are for beginning; what has begun goes on with the same credentials.
      ticketOf: (name) => (path.allocation?.username === name ? path.allocation.ticket : verifier.check(name, nowMs)),
    });
    if (!result.ok) this.#answers.refuse(asked, result.code);
    else if (!this.#refusesUnknown({ ...asked, by: result.by })) act({ ...asked, by: result.by });
  }

  /** RFC 8489 §6.3.1. */
  #refusesUnknown(asked: Asked): boolean {
    const unknown = asked.message.attributes
      .map(({ type }) => type)
      .filter((type) => type < firstOptional && !this.#isKnown(type, asked));
    if (unknown.length > 0) this.#answers.refuseUnknown(asked, unknown.slice(0, maxUnknownTold));
    return unknown.length > 0;
  }

  #isKnown(type: number, asked: Asked): boolean {
    switch (type) {
      case attribute.changeRequest:
        return asked.message.method === method.binding && canChange(asked);
      case attribute.dontFragment:
        // RFC 8656 §7.2: unknown to a server that can't do it.
        return this.#parts.ports.canSendWhole;
      default:
        return known.has(type);
    }
  }

  #withAllocation(asked: Proven, act: (allocation: Allocation) => void): void {
    const { allocation } = asked.path;
    if (allocation === null || allocation.expiresMs <= asked.nowMs) this.#answers.refuse(asked, 437);
    else if (allocation.username !== asked.by.username) this.#answers.refuse(asked, 441);
    else act(allocation);
  }

  #allocate(asked: Proven): void {
    const { path, message, nowMs, by } = asked;
    const { allocations, ports: source } = this.#parts;
    // Its answer will come; this is the client's retransmission.
    if (path.isAllocating) return;
    if (path.allocation !== null && path.allocation.expiresMs <= nowMs) this.end(path.allocation);
    if (path.allocation !== null) {
      const isRepeated = path.allocation.transactionId.equals(transactionOf(message));
      if (isRepeated) this.#tellAllocation(asked, path.allocation, null, null);
      else this.#answers.refuse(asked, 437);
      return;
    }
    const wish = readAllocateWish(message);
    if (typeof wish === 'number') {
      this.#answers.refuse(asked, wish);
      return;
    }
    if (!source.families.includes(wish.family) && wish.reservation === null) {
      this.#answers.refuse(asked, 440);
      return;
    }
    if (!allocations.claim(by.ticket.device, path.network)) {
      this.#answers.refuse(asked, 486);
      return;
    }
    if (wish.reservation !== null) {
      const relay = allocations.redeem(wish.reservation, by.ticket.device, nowMs);
      this.#allocated(asked, wish, relay === null ? null : [relay], null);
      return;
    }
    path.isAllocating = true;
    const waiting = lasting(asked);
    source.open(wish.family, wish.port, (ports) => {
      if (ports === null || !wish.alsoIpv6) {
        this.#allocated(waiting, wish, ports, null);
        return;
      }
      this.#openIpv6((added) => this.#allocated(waiting, wish, [...ports, ...(added ?? [])], added === null ? 440 : null));
    });
  }

  #openIpv6(done: (ports: readonly RelayPort[] | null) => void): void {
    if (this.#parts.ports.families.includes(6)) this.#parts.ports.open(6, 'any', done);
    else done(null);
  }

  /** @param ipv6Error why there is no IPv6 address beside the other */
  #allocated(asked: Proven, wish: AllocateWish, ports: readonly RelayPort[] | null, ipv6Error: ErrorCode | null): void {
    const { path, message, nowMs, by } = asked;
    const { allocations, limits, random } = this.#parts;
    path.isAllocating = false;
    if (ports === null || path.isGone) {
      allocations.release(by.ticket.device, path.network);
      for (const port of ports ?? []) port.close();
      if (!path.isGone) this.#answers.refuse(asked, 508);
      return;
    }
    const [first, second] = ports;
    const isPair = wish.port === 'pair' && first !== undefined && second !== undefined;
    const allocation = new Allocation({
      path,
      username: by.username,
      ticket: by.ticket,
      transactionId: Buffer.from(transactionOf(message)),
      relays: isPair ? [first] : ports,
      expiresMs: nowMs + wish.lifetimeS * 1000,
      limits,
      nowMs,
    });
    allocations.add(allocation);
    path.allocation = allocation;
    const token = isPair ? Buffer.from(random.bytes(8)) : null;
    if (isPair && token !== null) allocations.reserve(token.toString('hex'), second, by.ticket.device, nowMs);
    this.#tellAllocation(asked, allocation, token, ipv6Error);
  }

  #tellAllocation(asked: Proven, allocation: Allocation, token: Buffer | null, ipv6Error: ErrorCode | null): void {
    this.#answers.reply(asked, (writer) => {
      for (const { address } of allocation.relays) writer.address(attribute.xorRelayedAddress, address);
      if (ipv6Error !== null) writer.addressError(6, ipv6Error);
      writer.number(attribute.lifetime, Math.round((allocation.expiresMs - asked.nowMs) / 1000));
      if (token !== null) writer.bytes(attribute.reservationToken, token);
      writer.address(attribute.xorMappedAddress, asked.path.address);
    });
  }

  #refresh(asked: Proven, allocation: Allocation): void {
    const wanted = valueOf(asked.message, attribute.requestedAddressFamily);
    const family: Family | null = wanted === null ? null : readFamily(wanted);
    const one = family === null ? null : allocation.relayOf(family);
    if (wanted !== null && one === null) {
      this.#answers.refuse(asked, 443);
      return;
    }
    if (numberOf(asked.message, attribute.lifetime) === 0) {
      this.#answers.reply(asked, (writer) => writer.number(attribute.lifetime, 0));
      if (one !== null && allocation.relays.length > 1) this.#endOne(allocation, one);
      else this.end(allocation);
      return;
    }
    const lifetimeS = grantedLifetimeS(asked.message);
    allocation.expiresMs = asked.nowMs + lifetimeS * 1000;
    this.#answers.reply(asked, (writer) => writer.number(attribute.lifetime, lifetimeS));
  }

  /** RFC 8656 §8.2: of a dual allocation one family may go. */
  #endOne(allocation: Allocation, relay: RelayPort): void {
    this.#parts.allocations.drop(relay);
    relay.close();
    allocation.relays = allocation.relays.filter((other) => other !== relay);
  }

  #createPermission(asked: Proven, allocation: Allocation): void {
    const peers = addressesOf(asked.message, attribute.xorPeerAddress);
    const refusal = peers === null || peers.length === 0 ? 400 : this.#refusalOfPeers(allocation, peers);
    if (refusal !== null || peers === null) {
      this.#answers.refuse(asked, refusal ?? 400);
      return;
    }
    const hosts = peers.map(({ host }) => host);
    if (!allocation.hasRoomFor(hosts, asked.nowMs)) {
      this.#answers.refuse(asked, 508);
      return;
    }
    for (const host of hosts) allocation.permit(host, asked.nowMs);
    this.#answers.reply(asked, () => undefined);
  }

  #channelBind(asked: Proven, allocation: Allocation): void {
    const number = (numberOf(asked.message, attribute.channelNumber) ?? 0) >>> 16;
    const [peer, ...others] = addressesOf(asked.message, attribute.xorPeerAddress) ?? [];
    if (!isChannelNumber(number) || peer === undefined || others.length > 0 || peer.port === 0) {
      this.#answers.refuse(asked, 400);
      return;
    }
    const relay = allocation.relayOf(peer.family);
    const refusal = this.#refusalOfPeers(allocation, [peer]);
    if (refusal !== null || relay === null) {
      this.#answers.refuse(asked, refusal ?? 443);
      return;
    }
    const isLocal = peer.host === relay.address.host;
    switch (allocation.bind(number, peer, relay, isLocal, asked.nowMs)) {
      case 'bound':
        this.#answers.reply(asked, () => undefined);
        return;
      case 'taken':
        this.#answers.refuse(asked, 400);
        return;
      case 'full':
        this.#answers.refuse(asked, 508);
    }
  }

  /** Our relayed address is allowed: such packets never touch a socket, so they reach allocations and nothing else. */
  #refusalOfPeers(allocation: Allocation, peers: readonly TransportAddress[]): ErrorCode | null {
    for (const { family, host } of peers) {
      const relay = allocation.relayOf(family);
      if (relay === null) return 443;
      if (host !== relay.address.host && refusalOf(host, this.#parts.policy) !== null) return 403;
    }
    return null;
  }
}
