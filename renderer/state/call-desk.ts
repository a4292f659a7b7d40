import type { CallView, MicrophoneProblem } from '../../preload/contract/index.ts';
import { currentCall, isIncoming, needsExplaining, ringingCall } from './calls.ts';
import type { Navigation } from './navigation.ts';
import type { Client, SoundName, UiAudio } from './ports.ts';
import { refreshCallLog } from './subscriptions.ts';
import type { UiStore } from './store.ts';

/**
 * Keeps the page in step with the calls: opens the microphone when this person is in a call (caller: from dialling on; callee:
 * only after Answer), rings and rings back, shows the end, and clears away ends that need no words.
 */
export class CallDesk {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #audio: UiAudio;
  readonly #go: Navigation;
  readonly #answered = new Set<string>();
  readonly #silenced = new Set<string>();
  #sounding: SoundName | null = null;
  #audioFor: string | null = null;
  #microphone: 'open' | 'muted' | 'held' = 'open';

  constructor(client: Client, store: UiStore, audio: UiAudio, go: Navigation) {
    this.#client = client;
    this.#store = store;
    this.#audio = audio;
    this.#go = go;
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    const stopStore = this.#store.subscribe((state, before) => {
      if (state.calls !== before.calls) this.#callsChanged(before.calls, state.calls);
      if (state.settings !== before.settings && state.settings !== null) {
        const { microphoneId, microphoneLabel, speakerId, speakerLabel, noiseSuppression } = state.settings;
        this.#audio.setDevices({
          microphone: microphoneId === null ? null : { id: microphoneId, label: microphoneLabel },
          speaker: speakerId === null ? null : { id: speakerId, label: speakerLabel },
          noiseSuppression: noiseSuppression === 'system',
        });
        this.#ring();
      }
    });
    const stopProblems = this.#audio.onProblem((problem) => void this.#report(problem));
    return () => {
      stopStore();
      stopProblems();
    };
  }

  /** The person pressed Answer: the microphone may open now, before the engine's word comes back. */
  answering(id: string): void {
    this.#answered.add(id);
    this.#follow(this.#store.getState().calls);
  }

  notAnswered(id: string): void {
    this.#answered.delete(id);
    this.#follow(this.#store.getState().calls);
  }

  /** It rings on without a sound. */
  silence(id: string): void {
    this.#silenced.add(id);
    this.#ring();
  }

  #callsChanged(before: ReadonlyMap<string, CallView>, now: ReadonlyMap<string, CallView>): void {
    for (const call of now.values()) {
      const was = before.get(call.id);
      if (was?.phase !== call.phase) this.#phaseChanged(call, was);
      if (was !== undefined && (beginsRecording(call, was) || (call.remoteRecording !== null && was.remoteRecording === null))) {
        this.#audio.playSound('recording');
      }
    }
    for (const [id, call] of before) if (!now.has(id)) this.#left(id, call);
    // As they are by now: whoever heard of this first may have muted a call meanwhile.
    this.#follow(this.#store.getState().calls);
    this.#ring();
  }

  #phaseChanged(call: CallView, was: CallView | undefined): void {
    if (call.phase === 'active' && was !== undefined && was.phase !== 'reconnecting') this.#audio.playSound('connect');
    if (call.phase === 'reconnecting') this.#audio.playSound('reconnecting');
    if (call.phase !== 'ended' || was === undefined) return;
    this.#answered.delete(call.id);
    this.#silenced.delete(call.id);
    if (was.activeSinceMs !== null) this.#audio.playSound('end');
    void refreshCallLog(this.#client, this.#store);
    const { view } = this.#store.getState();
    const shown = view.kind === 'call' && view.id === call.id;
    // Said in the call's own pane, or in a line above another one; in place for a sound test.
    if (needsExplaining(call)) return;
    if (shown) this.#left(call.id, call);
    void this.#client.calls.dismiss({ id: call.id }).catch(() => undefined); // it goes by itself after five minutes
  }

  /** The pane of this call has nothing behind it any more. */
  #left(id: string, call: CallView): void {
    const { view, contacts } = this.#store.getState();
    if (view.kind !== 'call' || view.id !== id) return;
    if (!call.echo && contacts.has(call.accountKey)) this.#go.conversation(call.accountKey);
    else this.#go.home();
  }

  #follow(calls: ReadonlyMap<string, CallView>): void {
    const wanted =
      currentCall(calls) ?? [...calls.values()].find((call) => isIncoming(call) && this.#answered.has(call.id)) ?? null;
    if (wanted !== null) this.#silence(wanted.muted, wanted.hold !== 'none');
    if (wanted !== null && this.#audioFor !== wanted.id) {
      this.#audioFor = wanted.id;
      void this.#audio.startCall().catch(() => this.#report('failed'));
    } else if (wanted === null && this.#audioFor !== null) {
      this.#audioFor = null;
      void this.#audio.stopCall().catch(() => undefined); // nothing can be done about a device that will not close
    }
  }

  /** What the microphone hears leaves this page only if nobody muted it and nobody holds the call. */
  #silence(muted: boolean, held: boolean): void {
    const now = muted ? 'muted' : held ? 'held' : 'open';
    if (now === this.#microphone) return;
    this.#microphone = now;
    this.#audio.setMuted(now !== 'open');
  }

  #ring(): void {
    const { calls, settings, account } = this.#store.getState();
    const ringing = ringingCall(calls);
    const mine = currentCall(calls);
    const quiet = settings?.ringSound === false || (account?.kind === 'ready' && account.account.presence === 'dnd');
    let next: SoundName | null = null;
    if (ringing !== null && !this.#answered.has(ringing.id)) next = quiet || this.#silenced.has(ringing.id) ? null : 'ring';
    else if (mine !== null && mine.direction === 'out' && mine.phase === 'ringing') next = 'ringback';
    if (next === this.#sounding) return;
    if (this.#sounding !== null) this.#audio.stopSound(this.#sounding);
    if (next !== null) this.#audio.playSound(next);
    this.#sounding = next;
  }

  async #report(problem: MicrophoneProblem | null): Promise<void> {
    if (this.#audioFor === null) return;
    await this.#client.calls.reportMicrophone({ problem }).catch(() => undefined); // the call is over, or says so itself
  }
}

const beginsRecording = (call: CallView, was: CallView): boolean => call.recording.state === 'on' && was.recording.state !== 'on';
