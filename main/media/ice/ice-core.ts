import type { MediaPath } from '../../../preload/contract/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { TokenBucket } from '../../ports/token-bucket.ts';
import { addressesOf, attribute, method, transactionIdBytes, type StunMessage } from '../../stun/index.ts';
import type { Base } from './base.ts';
import { checkPriority, isSameAddress, typeOfPriority, type Candidate } from './candidate.ts';
import { CheckBuffers } from './check-buffers.ts';
import { CheckList } from './check-list.ts';
import { errorCodeOf, isSignedWith, readCheck, writeAnswer, writeCheck, writeRoleConflict, type Check } from './check-message.ts';
import { dueAfterAnswer, dueAfterCheck, hasFallenSilent, needlessMs, Pacer } from './check-plan.ts';
import { Generation, type IceCredentials } from './generation.ts';
import { PathChoice } from './path-choice.ts';
import type { OpenCheck, Pair } from './pair.ts';
import { Role } from './role.ts';

export interface IceCoreParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly isControlling: boolean;
  /** Media goes another way, or the first one. */
  readonly onPath: (kind: MediaPath) => void;
  /** A pair of the round under way can be used; again after each restart. */
  readonly onConnected: () => void;
  /** Of this call's other side, as far as its address tells. Valid until the call returns. */
  readonly onData: (bytes: Buffer) => void;
  /** Nobody consents to our sending any more; a restart may bring it back. */
  readonly onFailed: () => void;
  /** The network may be another one: nothing answers, or the computer slept. */
  readonly onTrouble: () => void;
}

/** Checks of a peer that are looked into: a call in trouble makes some 40 in a second. */
const checksIn = { perSecond: 100, burst: 200 };
/** Checks that came before the answer that names who sends them. */
const maxEarly = 16;
/** Timers this late mean that nothing ran: a sleeping computer, a stopped process. */
const wakeAfterMs = 2_000;
/** RFC 7675 §5.1 */
const consentMs = 30_000;
/** Even with nothing to do, to notice that we slept, and what ran out. */
const idleMs = 500;
/** After a restart the pairs of the round before are kept so long. */
const overlapMs = 5_000;

interface EarlyCheck {
  readonly base: Base;
  readonly candidate: Candidate;
  readonly check: Check;
}

/**
 * Interactive connectivity establishment (RFC 8445) for one component, trickled (RFC 8838), with consent (RFC 7675) and a
 * nomination that may change at any time. Without sockets: bases bring them, and hand in what arrives.
 *
 * Nothing is sent to anybody but checks, and answers to authentic ones, before a check of ours was answered from there.
 */
export class IceCore {
  readonly #parts: IceCoreParts;
  readonly #list = new CheckList();
  readonly #choice: PathChoice;
  readonly #open = new Map<string, OpenCheck>();
  readonly #messages = new CheckBuffers();
  readonly #role: Role;
  readonly #pacer = new Pacer();
  readonly #checksIn: TokenBucket;
  #generation: Generation;
  #before: Generation | null = null;
  #early: EarlyCheck[] = [];
  #isConnected = false;
  #hasFailed = false;
  /** When they last answered a check, on whatever pair. */
  #consentedMs = 0;
  #isStopped = false;
  #overlapEndsMs = Infinity;
  #timer: Timer | null = null;
  #timerDueMs = Infinity;

  constructor(parts: IceCoreParts) {
    this.#parts = parts;
    this.#generation = new Generation(0, parts.random);
    this.#role = new Role(parts.isControlling, parts.random);
    const nowMs = parts.clock.monotonicMs();
    this.#checksIn = new TokenBucket(checksIn.perSecond, checksIn.burst, nowMs);
    this.#choice = new PathChoice(this.#list, parts.onPath);
    this.#arm(nowMs + idleMs);
  }

  get credentials(): IceCredentials {
    return this.#generation.local;
  }

  get selected(): Pair | null {
    return this.#choice.selected;
  }

  get pairs(): readonly Pair[] {
    return this.#list.pairs;
  }

  addBase(base: Base): void {
    // It comes late, and is often the only one that leads anywhere.
    if (base.kind === 'relay') this.#pacer.restart();
    this.#list.addBase(base, this.#generation, this.#role.isControlling, this.#now());
    this.#soon();
  }

  removeBase(base: Base): void {
    this.#forget(this.#list.removeBase(base));
    this.#choose();
    this.#soon();
  }

  /** Its socket says that nobody is there any more. */
  doubtBase(base: Base): void {
    if (this.#choice.selected?.base !== base) return;
    this.#choice.doubt(this.#now());
    this.#soon();
  }

  setRemote(credentials: IceCredentials): void {
    const generation = this.#generation;
    generation.begin(credentials, this.#now());
    this.#list.begin(generation, this.#role.isControlling, this.#now());
    for (const { base, candidate, check } of this.#early.splice(0)) {
      if (check.fromUfrag !== credentials.ufrag) continue;
      const { host, port } = candidate.address;
      const pair = this.#list.find(base, host, port, generation) ?? this.#list.addFound(base, candidate, generation, this.#now());
      if (pair !== null) this.#heard(pair, check);
    }
    this.#soon();
  }

  /** Call `setRemote` before. */
  addRemote(candidate: Candidate): void {
    this.#list.addTold(candidate, this.#generation, this.#role.isControlling, this.#now());
    this.#soon();
  }

  /** New credentials; what carries media goes on doing so until a pair of the new round can. */
  restart(): void {
    this.#before = this.#generation;
    this.#generation = new Generation(this.#generation.number + 1, this.#parts.random);
    this.#early = [];
    this.#isConnected = false;
    this.#hasFailed = false;
    this.#pacer.restart();
    this.#overlapEndsMs = Infinity;
    const before = this.#before;
    this.#forget(this.#list.restart((pair) => pair.generation === before && pair.state === 'valid'));
    this.#choose();
  }

  send(bytes: Buffer, length: number): void {
    if (!this.#hasFailed && !this.#isStopped) this.#choice.send(bytes, length);
  }

  /** What the path carries is little. */
  setNarrow = (isNarrow: boolean): void => void (this.#choice.isNarrow = isNarrow);

  /** What is not STUN. */
  data(base: Base, bytes: Buffer, host: string, port: number): void {
    const { selected } = this.#choice;
    const isOnSelected = selected !== null && selected.base === base && isSameAddress(selected.remote.address, host, port);
    const pair = isOnSelected ? selected : this.#list.find(base, host, port, null);
    if (pair === null || !(pair.isHeard || pair.answers > 0) || this.#isStopped) return;
    if (this.#choice.arrived(pair, this.#now()) || this.#choice.dueMs < this.#timerDueMs) this.#soon();
    this.#parts.onData(bytes);
  }

  stun(base: Base, message: StunMessage, host: string, port: number): void {
    if (this.#isStopped || message.method !== method.binding) return;
    if (message.class === 'request') this.#checkCame(base, message, host, port);
    else if (message.class === 'success' || message.class === 'error') this.#answerCame(base, message, host, port);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#open.clear();
  }

  // ---- what they ask -----------------------------------------------------------------------------------------------

  #checkCame(base: Base, message: StunMessage, host: string, port: number): void {
    const check = readCheck(message);
    const generation = check === null ? null : this.#generationOf(check);
    if (check === null || generation === null || !this.#checksIn.take(this.#now())) return;
    if (!isSignedWith(message, generation.localKey)) return;
    const address = { family: base.address.family, host, port };
    const candidate: Candidate = { type: typeOfPriority(check.priority), address, priority: check.priority };
    const transactionId = message.bytes.subarray(8, 8 + transactionIdBytes);
    const pair =
      generation.remote === null
        ? null
        : (this.#list.find(base, host, port, generation) ?? this.#list.addFound(base, candidate, generation, this.#now()));
    if (pair === null && generation.remote !== null) return;
    const route = pair?.route ?? base.route(address);
    const answer = this.#messages.next();
    if (this.#role.isConflict(check)) {
      route.send(answer, writeRoleConflict(answer, transactionId, generation.localKey));
      return;
    }
    route.send(answer, writeAnswer(answer, transactionId, address, generation.localKey));
    if (pair !== null) this.#heard(pair, check);
    else if (this.#early.length < maxEarly) this.#early.push({ base, candidate, check });
  }

  #generationOf({ toUfrag, fromUfrag }: Check): Generation | null {
    for (const generation of [this.#generation, this.#before]) {
      if (generation === null || generation.local.ufrag !== toUfrag) continue;
      return generation.remote === null || generation.remote.ufrag === fromUfrag ? generation : null;
    }
    return null;
  }

  #heard(pair: Pair, check: Check): void {
    pair.isHeard = true;
    if (check.nomination !== null && !this.#role.isControlling) this.#choice.nominated(pair, check.nomination);
    if (check.isInDoubt) this.#choice.isDoubted(pair, this.#now());
    else this.#choice.isTrusted(pair, this.#now());
    if (pair.state !== 'valid' && !pair.isTriggered) {
      if (pair.state === 'given-up') pair.state = 'waiting';
      pair.isTriggered = true;
      pair.dueMs = this.#now();
    }
    this.#choose();
    this.#soon();
  }

  // ---- what we ask -------------------------------------------------------------------------------------------------

  #check(pair: Pair): void {
    const { generation } = pair;
    const { remote, remoteKey } = generation;
    const nowMs = this.#now();
    if (remote === null || remoteKey === null) return;
    const transaction = Buffer.from(this.#parts.random.bytes(transactionIdBytes));
    const open: OpenCheck = { pair, transactionId: transaction.toString('latin1'), sentAtMs: nowMs, role: this.#role.name };
    const check: Check = {
      toUfrag: remote.ufrag,
      fromUfrag: generation.local.ufrag,
      priority: checkPriority(pair.base.kind === 'relay', pair.base.localPreference),
      role: this.#role.name,
      tieBreaker: this.#role.tieBreaker,
      nomination: this.#role.isControlling && pair === this.#choice.selected ? this.#choice.nominations : null,
      isInDoubt: this.#choice.doubtsThem,
    };
    const message = this.#messages.next();
    pair.isTriggered = false;
    this.#pacer.count();
    this.#open.set(open.transactionId, open);
    const old = pair.sent(open, nowMs);
    if (old !== null) this.#open.delete(old.transactionId);
    pair.route.send(message, writeCheck(message, transaction, check, remoteKey));
    if (hasFallenSilent(pair, pair === this.#choice.selected, nowMs)) {
      pair.state = 'silent';
      this.#choose();
    }
    pair.dueMs = dueAfterCheck(pair, nowMs, this.#choice.isInDoubt, this.#choice.worthOf(pair));
    if (pair.route.isRefused || (pair.state === 'waiting' && pair.dueMs === Infinity)) pair.state = 'given-up';
    if (pair.state === 'given-up') pair.dueMs = Infinity;
  }

  #answerCame(base: Base, message: StunMessage, host: string, port: number): void {
    const open = this.#open.get(message.bytes.toString('latin1', 8, 8 + transactionIdBytes));
    if (open === undefined) return;
    const { pair } = open;
    const { remoteKey } = pair.generation;
    const isFromThere = pair.base === base && isSameAddress(pair.remote.address, host, port);
    if (!isFromThere || remoteKey === null || !isSignedWith(message, remoteKey)) return;
    this.#open.delete(open.transactionId);
    const nowMs = this.#now();
    if (message.class === 'error') {
      if (errorCodeOf(message) !== 487) return;
      this.#role.refused(open.role);
      pair.dueMs = nowMs;
      this.#soon();
      return;
    }
    const [seen] = addressesOf(message, attribute.xorMappedAddress) ?? [];
    if (seen === undefined) return;
    pair.answered(open, nowMs);
    pair.isUnmapped = isSameAddress(base.address, seen.host, seen.port);
    this.#hasFailed = false;
    this.#consentedMs = nowMs;
    this.#choice.answered(pair, open.sentAtMs, nowMs);
    this.#choose();
    pair.dueMs = Math.min(
      pair.dueMs <= nowMs ? pair.dueMs : Infinity,
      dueAfterAnswer(pair, this.#choice.roleOf(pair), this.#choice, nowMs, this.#parts.random.fraction()),
    );
    this.#soon();
  }

  // ---- choosing, and the passing of time ---------------------------------------------------------------------------

  #choose(before = this.#choice.selected): void {
    const nowMs = this.#now();
    this.#choice.choose(this.#generation, this.#role.isControlling, nowMs);
    const { selected } = this.#choice;
    if (selected !== null && selected !== before) selected.dueMs = nowMs;
    // Not at once: who asks on it, and doubts no more, would seem to be content with it.
    if (before !== null && selected !== before && before.state !== 'given-up') before.dueMs = nowMs + 500;
    if (selected === null || selected.generation !== this.#generation || this.#isConnected) return;
    this.#isConnected = true;
    this.#overlapEndsMs = nowMs + overlapMs;
    this.#parts.onConnected();
  }

  #run(): void {
    const nowMs = this.#now();
    const lateMs = nowMs - this.#timerDueMs;
    this.#timerDueMs = Infinity;
    if (lateMs > wakeAfterMs) this.#wake(nowMs);
    const before = this.#choice.selected;
    if (this.#choice.look(nowMs) === 'stuck') this.#parts.onTrouble();
    this.#choose(before);
    this.#runChecks(nowMs);
    this.#endOverlap(nowMs);
    this.#watchConsent(nowMs);
    this.#soon();
  }

  /** What works, or was asked for, is checked at once; what might work in turn, so that no line is flooded. */
  #runChecks(nowMs: number): void {
    for (const pair of this.#list.inTurn()) {
      if (pair.dueMs > nowMs) continue;
      if (pair.state !== 'waiting' || pair.isTriggered) this.#check(pair);
      else if (this.#choice.isNeedless(pair)) pair.dueMs = nowMs + needlessMs;
      else if (this.#pacer.take(nowMs)) this.#check(pair);
    }
  }

  #endOverlap(nowMs: number): void {
    if (this.#before === null || nowMs < this.#overlapEndsMs) return;
    this.#before = null;
    this.#forget(this.#list.drop(({ generation }) => generation !== this.#generation));
  }

  #watchConsent(nowMs: number): void {
    if (!this.#isConnected || this.#hasFailed || nowMs - this.#consentedMs < consentMs) return;
    this.#hasFailed = true;
    this.#parts.onFailed();
  }

  /** What was not answered while nothing ran says nothing; and everything may be different now. */
  #wake(nowMs: number): void {
    for (const pair of this.#list.pairs) {
      if (pair.answers === 0) continue;
      pair.state = 'valid';
      pair.unanswered = 0;
      pair.dueMs = nowMs;
    }
    this.#consentedMs = Math.max(this.#consentedMs, nowMs - consentMs / 2);
    this.#choice.rest();
    this.#parts.onTrouble();
  }

  #soon(): void {
    if (this.#isStopped) return;
    const nowMs = this.#now();
    let dueMs = Math.min(nowMs + idleMs, this.#choice.dueMs);
    for (const pair of this.#list.pairs) {
      const isPaced = pair.state === 'waiting' && !pair.isTriggered;
      dueMs = Math.min(dueMs, isPaced ? Math.max(pair.dueMs, this.#pacer.nextMs) : pair.dueMs);
    }
    if (dueMs < this.#timerDueMs) this.#arm(Math.max(dueMs, nowMs));
  }

  #arm(dueMs: number): void {
    this.#timer?.cancel();
    this.#timerDueMs = dueMs;
    this.#timer = this.#parts.clock.setTimer(Math.max(0, dueMs - this.#now()), () => this.#run());
  }

  #forget(pairs: readonly Pair[]): void {
    for (const pair of pairs) {
      for (const { transactionId } of pair.forget()) this.#open.delete(transactionId);
      this.#choice.gone(pair);
    }
  }

  #now(): number {
    return this.#parts.clock.monotonicMs();
  }
}
