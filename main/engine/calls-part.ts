import type { CallRecordView, CallView, DiagnosticEvent } from '../../preload/contract/index.ts';
import type { Calls, CallMedia, CallMediaEvent } from '../calls/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallsPart } from './engine.ts';
import { createCollection, type EventFeed } from './observable.ts';

export interface CallsPartOptions {
  readonly clock: Clock;
  readonly diagnostics: EventFeed<DiagnosticEvent>;
  readonly log: (beforeMs: number | null, limit: number) => CallRecordView[];
  /** Finds an echo service, holds a session to it, and returns its account. */
  readonly visitEcho: (signal: AbortSignal) => Promise<string>;
  /** Lets that session go. */
  readonly leaveEcho: (account: string) => void;
  readonly isContact: (account: string) => boolean;
  /** Shows a file in the system's own window of files. @throws AppError NOT_ALLOWED_HERE where the shell can't */
  readonly showFile: (path: string) => void;
}

export interface CallsPartControl extends CallsPart {
  /** The calls of the account that signed in; null when it signed out. */
  use(calls: Calls | null): void;
}

/** Calls as the bridge shows them: views in a collection, moments for laboratories. */
export function createCallsPart({
  clock,
  diagnostics,
  log,
  visitEcho,
  leaveEcho,
  isContact,
  showFile,
}: CallsPartOptions): CallsPartControl {
  const views = createCollection<string, CallView>((view) => view.id);
  let current: Calls | null = null;
  let leave: (() => void)[] = [];

  const calls = (): Calls => {
    if (current === null) throw new AppError('NOT_SIGNED_IN', 'calls need an account');
    return current;
  };
  const note = (event: DiagnosticEvent['event'], callId: string, values: DiagnosticEvent['values'] = {}): void =>
    diagnostics.emit({ event, callId, atMonotonicMs: clock.monotonicMs(), values });

  const show = (view: CallView): void => {
    const before = views.get(view.id);
    views.upsert(view);
    if (before?.phase === view.phase) return;
    if (view.phase === 'ringing' || view.phase === 'active' || view.phase === 'ended') {
      note(view.phase, view.id, view.reason === null ? {} : { reason: view.reason });
    }
  };

  return {
    views,
    use(next) {
      for (const stop of leave) stop();
      views.replaceAll(next?.views() ?? []);
      current = next;
      leave = next === null ? [] : [next.onChange(show), next.onRemove((id) => views.remove(id))];
    },
    start(account) {
      if (!isContact(account)) throw new AppError('NOT_A_CONTACT', 'only contacts can be called');
      const id = calls().start(account);
      note('dial', id);
      return id;
    },
    async startEcho(signal) {
      const own = calls();
      const account = await visitEcho(signal ?? new AbortController().signal);
      try {
        return own.start(account, { echo: true });
      } catch (error) {
        // Unless it is the very one that we are talking to.
        if (!own.views().some((view) => view.accountKey === account && view.phase !== 'ended')) leaveEcho(account);
        throw error;
      }
    },
    accept(id) {
      note('accepted', id);
      calls().accept(id);
    },
    decline: (id) => calls().decline(id),
    hangUp: (id) => calls().hangUp(id),
    setMuted: (id, muted) => calls().setMuted(id, muted),
    setHeld: (id, held) => calls().setHeld(id, held),
    setRecording: (id, on) => calls().setRecording(id, on),
    showRecording(id) {
      const path = calls().recordingOf(id);
      if (path === null) throw new AppError('NO_SUCH_CALL', 'nothing was recorded');
      showFile(path);
    },
    dismiss: (id) => calls().dismiss(id),
    reportMicrophone: (problem) => calls().reportMicrophone(problem),
    log,
  };
}

/** Passes media's own moments on to the diagnostics feed. */
export function noteMediaMoments(media: CallMedia, diagnostics: EventFeed<DiagnosticEvent>, clock: Clock): () => void {
  return media.onEvent((event: CallMediaEvent) => {
    if (event.type === 'first-audio') {
      diagnostics.emit({ event: 'first-audio', callId: event.callId, atMonotonicMs: event.atMonotonicMs, values: {} });
    } else if (event.type === 'path-changed') {
      const { callId, kind } = event;
      diagnostics.emit({ event: 'path-changed', callId, atMonotonicMs: clock.monotonicMs(), values: { kind } });
    } else if (event.type === 'stats') {
      const values = Object.fromEntries(
        Object.entries(event.stats).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      );
      diagnostics.emit({ event: 'stats', callId: event.callId, atMonotonicMs: clock.monotonicMs(), values });
    }
  });
}
