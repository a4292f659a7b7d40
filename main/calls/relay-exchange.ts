import { dhKeyPair, type DhKeyPair } from '../../native-shims/sodium/index.ts';
import type { CallEndReason } from '../../preload/contract/index.ts';
import type { KnownRelay } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import { fromHex, toHex } from '../ports/hex.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import {
  credentialsFor,
  decodeTicket,
  encodeTicket,
  isTicketTimely,
  relayId,
  ticketDomain,
  type RelayDescriptor,
  type SignatureCheck,
  type SignedTicket,
  type TicketSide,
} from '../tickets/index.ts';
import type { IceServer } from './call-media.ts';
import { chooseRelays, stunServers, turnServers, type ChosenRelay } from './relay-choice.ts';
import { maxOfferedRelays, type RelayAnswer, type RelayOffer } from './relay-signals.ts';

/** The relays as the calls of an account see them; implemented by the engine. */
export interface CallRelays {
  /** Nearest first. */
  known(): readonly KnownRelay[];
  /** A gateway carries us: UDP over IPv4 leads nowhere, though before the first relays are known nobody has tried one. */
  isCarried(): boolean;
  /** Whether we would talk to an address on the other side's word: nobody sends us into our own network. */
  mayAsk(host: string): boolean;
  /** Our device key in hex, and its word. */
  device(): string;
  sign(domain: string, message: Uint8Array): Uint8Array;
  readonly checkSignature: SignatureCheck;
}

export interface RelayExchangeParts {
  /** Of the call, 32 hex digits. */
  readonly callId: string;
  readonly relays: CallRelays;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The device at the other end, in hex; null: nobody spoke yet. */
  readonly theirDevice: () => string | null;
  /** They are not to learn our address. */
  readonly hidden: boolean;
  /** Media gets these servers, in the place of those before. */
  readonly apply: (servers: readonly IceServer[]) => void;
}

/**
 * How the two ends of one call come to a ticket, beside its machine:
 *
 * ```
 * caller                                      callee
 *   offer, restart      {dh, relays} ───────►   chooses relays, makes the ticket, signs it
 *   signs it, allocates ◄───── {ticket, signature, relays}   answer, restarted
 *   ticket              {signature} ────────►   allocates
 * ```
 *
 * Neither has one before the callee's app has answered, and each new description makes a new one, so that an allocation can
 * always be made. What is wrong with the other side's part only costs the relays.
 */
export class RelayExchange {
  readonly #parts: RelayExchangeParts;
  #own: DhKeyPair | null = null;
  #theirOffer: RelayOffer | null = null;
  /** Whether relays answer them over UDP, as they say. */
  #theirUdp: boolean | null = null;
  /** Both sides have described themselves: a path was looked for. */
  #hasMet = false;
  #hasTicket = false;
  /** Callee: signed by us, waiting for the caller's word. */
  #pending: { readonly ticket: Uint8Array; readonly signature: Uint8Array; readonly chosen: readonly ChosenRelay[] } | null =
    null;

  constructor(parts: RelayExchangeParts) {
    this.#parts = parts;
  }

  /** For the session that begins: who hides its address has nothing to ask for. */
  firstServers(): readonly IceServer[] {
    return this.#parts.hidden ? [] : stunServers(this.#parts.relays.known());
  }

  /** Caller. */
  offer(): RelayOffer {
    const { relays, hidden, random } = this.#parts;
    this.#own = dhKeyPair(random.bytes(32));
    const known = relays.known().slice(0, maxOfferedRelays);
    // Distances to a few known places tell roughly where somebody is, and so does their order.
    const told = hidden
      ? known
          .map(({ relay }) => ({ relay, rttMs: null }))
          .toSorted((left, right) => Buffer.compare(left.relay.key, right.relay.key))
      : known.map(({ relay, rttMs }) => ({ relay, rttMs: rttMs === null ? null : Math.round(rttMs) }));
    return { dh: this.#own.publicKey, udp: this.#udp() ?? undefined, relays: told };
  }

  /** Callee. Undefined: they know nothing of relays. */
  heardOffer(offer: RelayOffer | undefined): void {
    this.#theirOffer = offer ?? null;
    this.#theirUdp = offer?.udp ?? null;
    this.#pending = null;
  }

  /** Callee. Null: there are no relays for this call, or they know nothing of them. */
  answer(): RelayAnswer | null {
    this.#hasMet = true;
    const { relays, callId, clock, random } = this.#parts;
    const [offer, caller, call] = [this.#theirOffer, fromHex(this.#parts.theirDevice() ?? '', 32), fromHex(callId, 16)];
    const callee = fromHex(relays.device(), 32);
    if (offer === null || caller === null || call === null || callee === null) return null;
    const offered = offer.relays.filter(({ relay }) => this.#mayAsk(relay));
    const chosen = chooseRelays(relays.known(), offered);
    if (chosen.length === 0) return null;
    this.#own = dhKeyPair(random.bytes(32));
    const ticket = encodeTicket({
      call,
      caller,
      callee,
      callerDh: offer.dh,
      calleeDh: this.#own.publicKey,
      from: Math.max(0, Math.floor((clock.nowMs() + medianOffset(chosen)) / 1000)),
      relays: chosen.map(({ relay }) => relayId(relay.key)),
    });
    const signature = relays.sign(ticketDomain, ticket);
    this.#pending = { ticket, signature, chosen };
    return { ticket, signature, udp: this.#udp() ?? undefined, relays: chosen.map(({ relay }) => relay) };
  }

  /** Caller. Our signature for the other side; null: there is no ticket. */
  heardAnswer(answer: RelayAnswer | undefined): Uint8Array | null {
    this.#hasMet = true;
    if (answer === undefined) return null;
    const { relays } = this.#parts;
    if (!this.#isOurTicket(answer)) {
      this.#parts.log.warn('relay ticket refused', { call: this.#parts.callId.slice(0, 8) });
      return null;
    }
    this.#theirUdp = answer.udp ?? null;
    const signature = relays.sign(ticketDomain, answer.ticket);
    const signed = { ticket: answer.ticket, callerSignature: signature, calleeSignature: answer.signature };
    this.#use('caller', signed, this.#known(answer.relays));
    return signature;
  }

  /** Callee: the caller's word on the ticket. */
  heardTicket(signature: Uint8Array): void {
    const pending = this.#pending;
    const caller = this.#parts.theirDevice();
    if (pending === null || caller === null) return;
    if (!this.#parts.relays.checkSignature(caller, ticketDomain, pending.ticket, signature)) return;
    this.#pending = null;
    this.#use(
      'callee',
      { ticket: pending.ticket, callerSignature: signature, calleeSignature: pending.signature },
      pending.chosen,
    );
  }

  /** Why a path that did not open did not, as far as it can be known here. */
  blame(): Extract<CallEndReason, 'no-path' | 'blocked-here' | 'blocked-there' | 'no-relay'> {
    if (!this.#hasMet) return 'no-path';
    if (this.#udp() === false) return 'blocked-here';
    if (this.#theirUdp === false) return 'blocked-there';
    return this.#hasTicket ? 'no-path' : 'no-relay';
  }

  /** Whether relays answer us over UDP; null: we know none. */
  #udp(): boolean | null {
    const known = this.#parts.relays.known();
    return known.length === 0 ? null : known.some(({ rttMs }) => rttMs !== null);
  }

  /** A ticket of this very call and exchange, signed by whom we talk to, for relays that it names. */
  #isOurTicket({ ticket: bytes, signature, relays: places }: RelayAnswer): boolean {
    const { relays, clock, callId } = this.#parts;
    const ticket = decodeTicket(bytes);
    const callee = this.#parts.theirDevice();
    if (ticket === null || callee === null || this.#own === null) return false;
    const isNamed = (relay: RelayDescriptor): boolean => ticket.relays.some((id) => Buffer.compare(id, relayId(relay.key)) === 0);
    return (
      toHex(ticket.call) === callId &&
      toHex(ticket.caller) === relays.device() &&
      toHex(ticket.callee) === callee &&
      Buffer.compare(ticket.callerDh, this.#own.publicKey) === 0 &&
      places.every(isNamed) &&
      isTicketTimely(ticket, (clock.nowMs() + medianOffset(this.#known(places))) / 1000) &&
      relays.checkSignature(callee, ticketDomain, bytes, signature)
    );
  }

  /** What we know ourselves of relays that we are told of. */
  #known(places: readonly RelayDescriptor[]): readonly ChosenRelay[] {
    const known = this.#parts.relays.known();
    return places.map((relay) => {
      const own = known.find((other) => Buffer.compare(other.relay.key, relay.key) === 0) ?? null;
      return { relay: own?.relay ?? relay, own };
    });
  }

  #mayAsk({ host4, host6 }: RelayDescriptor): boolean {
    const { mayAsk } = this.#parts.relays;
    return [host4, host6].every((host) => host === null || mayAsk(host));
  }

  #use(side: TicketSide, signed: SignedTicket, chosen: readonly ChosenRelay[]): void {
    const { hidden, apply, relays } = this.#parts;
    const own = this.#own;
    if (own === null) return;
    this.#hasTicket = true;
    // A relay that we have only heard of may be the other side's: it would tell them where we are.
    const usable = chosen.filter(({ relay, own: known }) => known !== null || (!hidden && this.#mayAsk(relay)));
    const withWords = usable.flatMap((relay) => {
      const words = credentialsFor(side, signed, own.secretKey, relay.relay.key);
      return words === null ? [] : [{ ...relay, username: words.username, credential: words.password }];
    });
    apply([...this.firstServers(), ...turnServers(withWords, !(this.#udp() ?? !relays.isCarried()))]);
  }
}

/** What the relays' clocks say more than ours: they judge the ticket. A single one may be wrong, or lie. */
function medianOffset(chosen: readonly ChosenRelay[]): number {
  const offsets = chosen.flatMap(({ own }) => (own === null ? [] : [own.clockOffsetMs])).toSorted((left, right) => left - right);
  return offsets[Math.floor((offsets.length - 1) / 2)] ?? 0;
}
