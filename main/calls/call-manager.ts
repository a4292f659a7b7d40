import type { CallEndReason, CallRecordView, CallView, MicrophoneProblem } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import { toHex } from '../ports/hex.ts';
import { Listeners } from '../ports/listeners.ts';
import { shortKey } from '../ports/logger.ts';
import type { AccountKey, PeerAddress, PeerState, Unsubscribe } from '../ports/peer-wire.ts';
import { isGhost } from './call-endings.ts';
import { CallEntry, type CallOrigin } from './call-entry.ts';
import { beginIncoming, beginOutgoing } from './call-machine.ts';
import type { CallMediaEvent } from './call-media.ts';
import { CallRunner, type RunnerPorts } from './call-runner.ts';
import { RelayExchange } from './relay-exchange.ts';
import { decodeCallMessage, encodeCallMessage, knownExtensions, type CallSignal } from './call-signal.ts';
import { timerMs, type CallEvent, type CallState, type Step } from './call-state.ts';
import type { Admission, Calls, CallsOptions } from './calls.ts';
import { OfferRate } from './offer-rate.ts';
import { PeerClocks } from './peer-clock.ts';
import { dropOldest } from './remembered.ts';
import { isFingerprintBound } from './session-description.ts';

/** The contract's "until it is dismissed or five minutes have passed". */
const endedShownMs = 5 * 60_000;
/** An offer that was on its way longer than its caller would have waited. */
const offerMaxAgeMs = timerMs.answer;
/** 128 bits. */
const callIdBytes = 16;

type Offer = Extract<CallSignal, { type: 'offer' }>;

/** All calls of one account: finds the call that an event belongs to, and decides about new offers. */
export class CallManager implements Calls {
  readonly #options: CallsOptions;
  readonly #entries = new Map<string, CallEntry>();
  readonly #knownIds = new Set<string>();
  /** The newest file of each call. */
  readonly #recordings = new Map<string, string>();
  readonly #clocks = new PeerClocks();
  readonly #offerRate = new OfferRate();
  readonly #changed: Listeners<[CallView]>;
  readonly #removed: Listeners<[string]>;
  readonly #recorded: Listeners<[CallRecordView]>;
  readonly #subscriptions: readonly Unsubscribe[];

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#changed = new Listeners(options.log);
    this.#removed = new Listeners(options.log);
    this.#recorded = new Listeners(options.log);
    this.#subscriptions = [
      options.media.onEvent((event) => this.#onMedia(event)),
      options.wire.onMessage((from, bytes) => this.#onMessage(from, bytes)),
      options.wire.onState((peer, state) => this.#onPeerState(peer, state)),
    ];
  }

  start(account: AccountKey, { echo = false }: { readonly echo?: boolean } = {}): string {
    const { self, random } = this.#options;
    if (account === self()) throw new AppError('IT_IS_YOU', 'call-to-self');
    const current = this.#openWith(account);
    if (current !== undefined && current.origin.direction === 'in') {
      current.runner.dispatch({ type: 'accept' });
      return current.origin.id;
    }
    if (current !== undefined || this.#isFull()) throw new AppError('CALL_IN_PROGRESS', 'capacity');
    const id = toHex(random.bytes(callIdBytes));
    const entry = this.#enter({ id, ...this.#personOf(account), echo, direction: 'out' }, null);
    this.#run(entry, id, beginOutgoing()).start();
    this.#changed.emit(entry.view());
    return id;
  }

  accept(id: string): void {
    this.#command(id, { type: 'accept' });
  }

  decline(id: string): void {
    this.#command(id, { type: 'decline' });
  }

  hangUp(id: string): void {
    this.#command(id, { type: 'hang-up' });
  }

  setMuted(id: string, muted: boolean): void {
    this.#command(id, { type: 'set-muted', muted });
  }

  setHeld(id: string, held: boolean): void {
    this.#command(id, { type: 'set-held', held });
  }

  setRecording(id: string, on: boolean): void {
    if (this.#options.recordingFor === undefined) throw new AppError('NOT_ALLOWED_HERE', 'nothing is recorded here');
    this.#entries.get(id)?.recordingProblem(null);
    this.#command(id, { type: 'set-recording', on });
  }

  recordingOf(id: string): string | null {
    return this.#recordings.get(id) ?? null;
  }

  volumeChanged(account: AccountKey): void {
    const current = this.#openWith(account);
    if (current !== undefined) this.#options.media.setVolume(current.runner.id, this.#options.volumeOf(account));
  }

  dismiss(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.isOpen) return;
    this.#remove(entry);
  }

  reportMicrophone(problem: MicrophoneProblem | null): void {
    this.#toAll({ type: 'microphone', problem });
  }

  views(): readonly CallView[] {
    return [...this.#entries.values()].map((entry) => entry.view());
  }

  recordIfEnded(id: string, reason: CallEndReason): CallRecordView | null {
    const entry = this.#entries.get(id);
    return entry?.isOpen === true && !entry.origin.echo ? entry.recordFor(reason) : null;
  }

  onChange(listener: (view: CallView) => void): Unsubscribe {
    return this.#changed.add(listener);
  }

  onRemove(listener: (id: string) => void): Unsubscribe {
    return this.#removed.add(listener);
  }

  onRecord(listener: (record: CallRecordView) => void): Unsubscribe {
    return this.#recorded.add(listener);
  }

  stop(): void {
    this.#toAll({ type: 'hang-up' });
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    for (const entry of this.#entries.values()) {
      // Nobody listens any more: the grace of `ending` would only keep a timer.
      entry.runner.dispatch({ type: 'timeout', timer: 'ending' });
      entry.expiry?.cancel();
    }
    this.#entries.clear();
  }

  // ---- new calls ---------------------------------------------------------------------------------------------------

  #onOffer(from: PeerAddress, id: string, offer: Offer): void {
    if (this.#knownIds.has(id)) return;
    if (!this.#offerRate.allows(from.account, this.#options.clock.monotonicMs())) {
      return this.#options.log.warn('too many offers', { from: shortKey(from.account) });
    }
    const admission = this.#options.admit(from.account);
    if (admission === 'refuse') return this.#options.log.info('offer not admitted', { from: shortKey(from.account) });
    const origin: CallOrigin = {
      id,
      ...this.#personOf(from.account),
      echo: admission === 'echo',
      direction: 'in',
    };
    const ageMs = this.#clocks.of(from.device).ageMs(offer.sentMs, this.#options.clock.nowMs());
    // They gave up long ago: no ring, but a missed call.
    if (ageMs > offerMaxAgeMs) return this.#miss(origin, 'cancelled-by-other');
    if (!isFingerprintBound(offer.description)) {
      this.#send(from.account, id, { type: 'hang-up', why: 'failed' });
      return this.#miss(origin, 'protocol-error');
    }
    const current = this.#openWith(from.account);
    if (current !== undefined && this.#isGlare(current)) {
      // Both dialled. The rule both sides know: the offer of the lower account key wins.
      if (this.#options.self() > from.account) this.#yield(current, from, id, offer);
      return;
    }
    // Somebody who calls again has given up the call that still hangs here.
    if (current !== undefined && isGhost(current.runner.state)) current.runner.dispatch({ type: 'superseded' });
    if (this.#isFull()) {
      this.#send(from.account, id, { type: 'busy' });
      return this.#miss(origin, 'busy');
    }
    this.#answer(origin, from, offer, admission);
  }

  #answer(origin: CallOrigin, from: PeerAddress, offer: Offer, admission: Admission): void {
    const entry = this.#enter(origin, from.device);
    const runner = this.#run(entry, origin.id, beginIncoming(offer.description, knownExtensions(offer.extensions)), offer);
    runner.start();
    if (admission !== 'ring') runner.dispatch({ type: 'accept' });
    this.#changed.emit(entry.view());
  }

  #isGlare(current: CallEntry): boolean {
    const { state } = current.runner;
    return state.stage === 'open' && state.direction === 'out' && state.consent !== 'accepted' && state.theirEnd === 'open';
  }

  /** Our offer gives way to theirs, in the same row of the view; accepted, because both wanted it. */
  #yield(entry: CallEntry, from: PeerAddress, id: string, offer: Offer): void {
    const ours = entry.runner;
    const { state } = ours;
    entry.device = from.device;
    const theirs = this.#run(entry, id, beginIncoming(offer.description, knownExtensions(offer.extensions)), offer);
    ours.dispatch({ type: 'glare-lost' });
    theirs.start();
    theirs.dispatch({ type: 'accept' });
    if (state.stage !== 'open') return;
    if (state.muted) theirs.dispatch({ type: 'set-muted', muted: true });
    if (state.microphone !== null) theirs.dispatch({ type: 'microphone', problem: state.microphone });
  }

  /** A call that never rang: a line in the history and nothing else. */
  #miss(origin: CallOrigin, reason: CallRecordView['reason']): void {
    this.#remember(origin.id);
    this.#options.log.info('call missed', { call: origin.id.slice(0, 8), reason });
    if (origin.echo) return;
    this.#recorded.emit(new CallEntry(origin, null, this.#options.clock).recordFor(reason));
  }

  #enter(origin: CallOrigin, device: string | null): CallEntry {
    const entry = new CallEntry(origin, device, this.#options.clock);
    this.#entries.set(origin.id, entry);
    return entry;
  }

  #run(entry: CallEntry, id: string, first: Step, offer: Offer | null = null): CallRunner {
    const { media, clock, log } = this.#options;
    this.#remember(id);
    const relayOnly = entry.origin.addressHidden;
    const ports: RunnerPorts = {
      media,
      clock,
      log,
      volume: () => this.#options.volumeOf(entry.origin.accountKey),
      recordingFile: () => {
        const target = this.#options.recordingFor?.(entry.origin.name) ?? null;
        if (target === null) throw new Error('a recording begins where none was allowed');
        entry.recordingTo(target.path);
        this.#recordings.set(entry.origin.id, target.path);
        dropOldest(this.#recordings);
        return target;
      },
      onRecordingRefused: (why) => {
        entry.recordingProblem(why);
        this.#changed.emit(entry.view());
      },
      // The overlay's connection may be a straight one.
      openMediaPath: () => (relayOnly ? null : (this.#options.openMediaPath?.(entry.origin.accountKey) ?? null)),
      relays: this.#exchange(entry, id, relayOnly),
      relayOnly,
      send: (signal) => this.#send(entry.origin.accountKey, id, signal),
      onState: (state) => {
        if (entry.runner === runner) this.#onState(entry, state);
      },
    };
    const runner = new CallRunner(id, first, ports, offer);
    entry.runner = runner;
    return runner;
  }

  #exchange(entry: CallEntry, callId: string, hidden: boolean): RelayExchange | null {
    const { relays, clock, random, log, media } = this.#options;
    if (relays === undefined) return null;
    return new RelayExchange({
      callId,
      relays,
      clock,
      random,
      log,
      theirDevice: () => entry.device,
      hidden,
      apply: (servers) => media.setServers(callId, servers),
    });
  }

  // ---- what happens to calls ---------------------------------------------------------------------------------------

  #onState(entry: CallEntry, state: CallState): void {
    const record = entry.follow(state);
    if (this.#entries.get(entry.origin.id) !== entry) return;
    this.#changed.emit(entry.view());
    if (record === null) return;
    entry.expiry = this.#options.clock.setTimer(endedShownMs, () => this.#remove(entry));
    if (!entry.origin.echo) this.#recorded.emit(record);
  }

  #onMessage(from: PeerAddress, bytes: Uint8Array): void {
    const message = decodeCallMessage(bytes);
    if (message === null) return this.#options.misbehaved(from.account, 'malformed call message');
    if ('type' in message && message.type === 'unknown') return;
    if (!('id' in message)) return this.#clocks.of(from.device).hello(message.sentMs, this.#options.clock.nowMs());
    const { id, signal } = message;
    if (signal.type === 'offer') return this.#onOffer(from, id, signal);
    const entry = this.#byWireId(id);
    if (entry?.isOpen !== true) this.#deny(from, id, signal);
    if (entry === undefined) return;
    if (entry.origin.accountKey !== from.account) return;
    entry.device ??= from.device;
    if (entry.device === from.device) entry.runner.receive(signal);
  }

  /** Somebody tries to mend a call that is not here (any more): they wait in vain. */
  #deny(from: PeerAddress, id: string, { type }: CallSignal): void {
    if (type === 'restart' || type === 'restart-wanted') this.#send(from.account, id, { type: 'bye' });
  }

  #onPeerState(peer: PeerAddress, wire: PeerState): void {
    if (wire === 'connected' || wire === 'resumed') {
      this.#options.wire.send(peer.account, encodeCallMessage({ type: 'hello', sentMs: this.#options.clock.nowMs() }));
    }
    if (wire === 'closed') this.#clocks.forget(peer.device);
    for (const entry of this.#entries.values()) {
      const isTheirs = entry.origin.accountKey === peer.account && (entry.device === null || entry.device === peer.device);
      if (isTheirs) entry.runner.dispatch({ type: 'wire', wire });
    }
  }

  #onMedia(event: CallMediaEvent): void {
    if (event.type === 'media-crashed') return this.#toAll({ type: 'media-crashed' });
    const entry = this.#byWireId(event.callId);
    if (entry === undefined) return;
    switch (event.type) {
      case 'local-description':
      case 'local-candidate':
      case 'path-up':
      case 'path-interrupted':
      case 'path-failed':
      case 'path-closed':
        return entry.runner.dispatch(event);
      case 'device-failed':
        this.#options.log.warn('device failed', { device: event.device, detail: event.detail });
        // The page, which has the device, may have said why already; media only knows that nothing comes.
        if (event.device === 'microphone' && entry.view().microphone === null) {
          entry.runner.dispatch({ type: 'microphone', problem: 'failed' });
        }
        return;
      case 'recording-ended':
        this.#options.log.warn('recording ended by itself', { call: event.callId.slice(0, 8), why: event.why });
        entry.recordingProblem(event.why);
        return entry.runner.dispatch({ type: 'recording-ended' });
      case 'stats':
        entry.measured(event.stats);
        return this.#changed.emit(entry.view());
      case 'path-changed':
        return this.#options.log.info('path', { call: event.callId.slice(0, 8), kind: event.kind });
      case 'first-audio':
        return this.#options.log.info('first audio', { call: event.callId.slice(0, 8), atMonotonicMs: event.atMonotonicMs });
    }
  }

  // ---- small things ------------------------------------------------------------------------------------------------

  #command(id: string, event: CallEvent): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AppError('NO_SUCH_CALL', 'unknown-id');
    entry.runner.dispatch(event);
  }

  #toAll(event: CallEvent): void {
    for (const entry of this.#entries.values()) entry.runner.dispatch(event);
  }

  #send(account: AccountKey, id: string, signal: CallSignal): ReturnType<CallsOptions['wire']['send']> {
    return this.#options.wire.send(account, encodeCallMessage({ id, signal }));
  }

  #remove(entry: CallEntry): void {
    entry.expiry?.cancel();
    if (this.#entries.delete(entry.origin.id)) this.#removed.emit(entry.origin.id);
  }

  #remember(id: string): void {
    this.#knownIds.add(id);
    dropOldest(this.#knownIds);
  }

  #byWireId(id: string): CallEntry | undefined {
    return [...this.#entries.values()].find((entry) => entry.runner.id === id);
  }

  #openWith(account: AccountKey): CallEntry | undefined {
    return [...this.#entries.values()].find((entry) => entry.origin.accountKey === account && entry.isOpen);
  }

  #isFull(): boolean {
    const open = [...this.#entries.values()].filter((entry) => entry.isOpen);
    return open.length >= (this.#options.capacity ?? 1);
  }

  #personOf(account: AccountKey): Pick<CallOrigin, 'accountKey' | 'name' | 'addressHidden'> {
    const { nameOf, hidesAddressFrom } = this.#options;
    return { accountKey: account, name: nameOf(account).slice(0, 64), addressHidden: hidesAddressFrom?.(account) ?? false };
  }
}
