import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { MediaPath } from '../overlay/index.ts';
import type { SendResult } from '../ports/peer-wire.ts';
import type { CallMedia, RecordingTarget, SessionDescription } from './call-media.ts';
import { transition } from './call-machine.ts';
import { callExtensions, maxRemoteCandidates, type CallSignal } from './call-signal.ts';
import {
  phaseOf,
  timerMs,
  type CallEffect,
  type CallEvent,
  type CallState,
  type SignalToSend,
  type Step,
  type TimerName,
} from './call-state.ts';
import { OverlayCarriage } from './overlay-carriage.ts';
import type { RelayExchange } from './relay-exchange.ts';
import { isFingerprintBound } from './session-description.ts';
import { SleepWatch } from './sleep-watch.ts';

export interface RunnerPorts {
  readonly media: CallMedia;
  readonly clock: Clock;
  readonly log: Logger;
  /** How loud the other side is played, 1 as it comes, at most 2. */
  volume(): number;
  /** Where a recording that begins now goes. */
  recordingFile(): RecordingTarget;
  /** The person wanted to record, and that did not begin. */
  onRecordingRefused(why: 'too-old' | 'not-told'): void;
  /** A way for media over the overlay's connection to the other side; null: not for this call. */
  openMediaPath(): MediaPath | null;
  /** Null: this call has no relays. */
  readonly relays: RelayExchange | null;
  /** The other side is not to learn our address. */
  readonly relayOnly: boolean;
  send(signal: CallSignal): SendResult;
  /** After each event that changed something, with the effects already performed. */
  onState(state: CallState): void;
}

/**
 * One call's machine with hands: events queue up, and one after the other is turned into a state and effects. Effects that
 * fail come back as events; nothing is thrown at the caller.
 */
export class CallRunner {
  /** The call's id on the wire and in the media process. */
  readonly id: string;
  readonly #ports: RunnerPorts;
  readonly #queue: CallEvent[] = [];
  readonly #overlay: OverlayCarriage;
  readonly #sleep: SleepWatch;
  #state: CallState;
  #timer: Timer | null = null;
  #running = false;
  #remoteCandidates = 0;
  #first: readonly CallEffect[];
  /** What is being answered to: what in it is about relays and the overlay's path passes the machine by. */
  #heard: CallSignal | null;

  /** @param offer what an incoming call begins with */
  constructor(id: string, first: Step, ports: RunnerPorts, offer: CallSignal | null) {
    this.id = id;
    this.#ports = ports;
    this.#overlay = new OverlayCarriage(id, ports.media, () => ports.openMediaPath());
    this.#sleep = new SleepWatch(ports.clock);
    this.#heard = offer;
    this.#state = first.state;
    this.#first = first.effects;
  }

  /** Performs the first effects. Apart from the constructor, because their events need a runner that can be found. */
  start(): void {
    this.#sleep.start();
    this.#drain();
  }

  get state(): CallState {
    return this.#state;
  }

  dispatch(event: CallEvent): void {
    this.#queue.push(event);
    this.#drain();
  }

  /** A signal of the other side, after its bounds were checked by the decoder. */
  receive(signal: CallSignal): void {
    if (signal.type === 'candidate') {
      this.#remoteCandidates += 1;
      if (this.#remoteCandidates > maxRemoteCandidates) return;
    }
    // A call that lasts changes networks many times, and each time begins with a description.
    if ('description' in signal) this.#remoteCandidates = 0;
    this.#heard = signal;
    if (signal.type === 'answer' && this.#state.stage === 'open') this.#overlay.connect(signal.overlayTag);
    if (signal.type === 'ticket') this.#ports.relays?.heardTicket(signal.signature);
    this.dispatch(isHonest(signal) ? { type: 'signal', signal } : { type: 'protocol-error' });
  }

  #drain(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      for (const effect of this.#first) this.#perform(effect);
      this.#first = [];
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#running = false;
    }
  }

  #step(event: CallEvent): void {
    const before = this.#state;
    const { state: bare, effects } = transition(before, event);
    const state = this.#explained(before, bare);
    this.#state = state;
    if (state.stage !== 'open') this.#sleep.stop();
    if (state !== before) this.#logStep(before, event);
    for (const effect of effects) this.#perform(effect);
    if (state !== before) this.#ports.onState(state);
  }

  /**
   * The machine knows that there was no path; which step failed on which side, the relays' part of the call. And it knows that the
   * other side is gone, not that it was us who were not there.
   */
  #explained(before: CallState, state: CallState): CallState {
    if (before.stage !== 'open' || state.stage === 'open') return state;
    if (state.reason === 'no-path') return { ...state, reason: this.#ports.relays?.blame() ?? 'no-path' };
    const isLoss = state.reason === 'peer-gone' || state.reason === 'path-lost';
    return isLoss && this.#sleep.sleptLately() ? { ...state, reason: 'slept' } : state;
  }

  #logStep(before: CallState, event: CallEvent): void {
    const state = this.#state;
    this.#ports.log.info('transition', {
      call: this.id.slice(0, 8),
      event: event.type === 'signal' ? `signal ${event.signal.type}` : event.type,
      from: phaseOf(before),
      to: phaseOf(state),
      path: state.stage === 'open' ? state.path : null,
      reason: state.stage === 'open' ? null : state.reason,
    });
  }

  #perform(effect: CallEffect): void {
    const { media, relays } = this.#ports;
    try {
      switch (effect.type) {
        case 'send':
          return this.#send(effect.signal);
        case 'open-media':
          return this.#openMedia(effect);
        case 'set-answer':
          media.setAnswer(this.id, effect.answer);
          return this.#takeTicket();
        case 'add-candidate':
          return media.addCandidate(this.id, effect.candidate);
        case 'restart-media':
          if (effect.remote !== null) relays?.heardOffer(this.#heard?.type === 'restart' ? this.#heard.relay : undefined);
          return media.restart(this.id, effect.remote);
        case 'start-audio':
          return media.startAudio(this.id);
        case 'mute-media':
          return media.setMuted(this.id, effect.muted);
        case 'hold-media':
          return media.setHeld(this.id, effect.held);
        case 'start-recording':
          return media.startRecording(this.id, this.#ports.recordingFile());
        case 'stop-recording':
          return media.stopRecording(this.id);
        case 'refuse-recording':
          return this.#ports.onRecordingRefused(effect.why);
        case 'close-media':
          this.#overlay.close();
          return media.close(this.id);
        case 'abandon-media':
          this.#overlay.close();
          return media.abandon(this.id);
        case 'set-timer':
          return this.#setTimer(effect.timer);
      }
    } catch (error) {
      this.#ports.log.error('effect failed', { effect: effect.type, error: String(error) });
      this.#queue.push({ type: 'media-crashed' });
    }
  }

  #send(signal: SignalToSend): void {
    const result = this.#ports.send(this.#completed(signal));
    switch (result) {
      case 'queued':
        return;
      case 'not-connected':
        this.#queue.push({ type: 'wire', wire: 'closed' });
        return;
      case 'too-large':
      case 'too-much':
        this.#ports.log.error('signal refused by the wire', { signal: signal.type, result });
        this.#queue.push({ type: 'protocol-error' });
    }
  }

  #completed(signal: SignalToSend): CallSignal {
    const { clock, relays } = this.#ports;
    if (signal.type === 'offer') return { ...signal, ...this.#additions(), sentMs: clock.nowMs(), relay: relays?.offer() };
    if (signal.type === 'answer') return { ...signal, ...this.#additions(), relay: relays?.answer() ?? undefined };
    if (signal.type === 'restart') return { ...signal, relay: relays?.offer() };
    return signal.type === 'restarted' ? { ...signal, relay: relays?.answer() ?? undefined } : signal;
  }

  /** What the first description of each side says besides. */
  #additions(): { readonly extensions: string[]; readonly overlayTag: Uint8Array | undefined } {
    return { extensions: [...callExtensions], overlayTag: this.#overlay.tag() ?? undefined };
  }

  #openMedia({ role, remote }: Extract<CallEffect, { type: 'open-media' }>): void {
    const { media, relays, relayOnly } = this.#ports;
    const offer = this.#heard?.type === 'offer' ? this.#heard : null;
    if (offer !== null) relays?.heardOffer(offer.relay);
    media.open(this.id, role, remote, relays?.firstServers() ?? [], { relayOnly });
    media.setVolume(this.id, this.#ports.volume());
    if (offer !== null) this.#overlay.connect(offer.overlayTag);
  }

  /** Of the answer that has just been taken over. */
  #takeTicket(): void {
    const heard = this.#heard;
    if (heard?.type !== 'answer' && heard?.type !== 'restarted') return;
    const signature = this.#ports.relays?.heardAnswer(heard.relay) ?? null;
    if (signature !== null) this.#send({ type: 'ticket', signature });
  }

  #setTimer(name: TimerName | null): void {
    this.#timer?.cancel();
    this.#timer =
      name === null ? null : this.#ports.clock.setTimer(timerMs[name], () => this.dispatch({ type: 'timeout', timer: name }));
  }
}

/** Descriptions must name the certificate that the signalling vouches for. */
function isHonest(signal: CallSignal): boolean {
  const described: SessionDescription | null = 'description' in signal ? signal.description : null;
  return described === null || isFingerprintBound(described);
}
