import { useEffect } from 'react';
import { recentRows } from '../contacts/index.ts';
import { focusFind } from '../conversation/index.ts';
import {
  currentCall,
  holdsHere,
  isOver,
  isTalking,
  mayChat,
  mayRecord,
  missingCase,
  ringingCall,
  useSession,
  type Session,
} from '../state/index.ts';
import { commandOf, type Command } from './key-map.ts';

/** Listens to the keys of the whole window. */
export function useKeys(): void {
  const session = useSession();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      const inField = target?.closest('input, textarea, [contenteditable="true"]') !== null && target !== null;
      const letters = session.store.getState().settings?.singleKeyShortcuts ?? true;
      const command = commandOf({
        key: event.key,
        primary: session.bridge.platform === 'darwin' ? event.metaKey : event.ctrlKey,
        shift: event.shiftKey,
        alt: event.altKey,
        onStage: letters && !inField && (target?.closest('[data-stage]') ?? null) !== null,
        // An empty one has nothing to take back, and what was just sent from it has.
        inField: inField && !(target instanceof HTMLTextAreaElement && target.value === ''),
      });
      if (command !== null && run(session, command)) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [session]);
}

/** Does it; false when there was nothing to do, so that the key keeps its own meaning. */
function run(session: Session, command: Command): boolean {
  const { go, calls, notify, store } = session;
  const state = store.getState();
  const mine = currentCall(state.calls);
  const ringing = ringingCall(state.calls);
  switch (command) {
    case 'find':
      go.dialog(state.dialog?.kind === 'palette' ? null : { kind: 'palette' });
      return true;
    case 'find-here': {
      const beside = state.view.kind === 'call' && state.panel === 'chat' && mine !== null;
      if (state.view.kind !== 'conversation' && !beside) return false;
      focusFind(() => go.findHere(true));
      return true;
    }
    case 'add':
      go.dialog({ kind: 'add', name: '' });
      return true;
    case 'settings':
      go.settings('audio');
      return true;
    case 'keys':
      go.dialog({ kind: 'keys' });
      return true;
    case 'previous':
      return step(session, -1);
    case 'next':
      return step(session, 1);
    case 'pane-next':
      return movePane(1);
    case 'pane-previous':
      return movePane(-1);
    case 'call':
      if (state.view.kind !== 'conversation') return false;
      void calls.start(state.view.id);
      return true;
    case 'answer':
      if (ringing !== null) void calls.answer(ringing);
      return ringing !== null;
    case 'decline':
      if (ringing !== null) void calls.decline(ringing);
      return ringing !== null;
    case 'mute':
    case 'stage-mute':
      if (mine !== null) void calls.setMuted(mine, !mine.muted);
      return mine !== null;
    case 'hold':
    case 'stage-hold':
      if (mine === null || !isTalking(mine)) return false;
      void calls.setHeld(mine, !holdsHere(mine));
      return true;
    case 'hang-up':
      if (mine !== null) void calls.hangUp(mine);
      return mine !== null;
    case 'chat':
      if (mine === null || !mayChat(mine, state.contacts.has(mine.accountKey))) return false;
      go.call(mine.id);
      go.togglePanel('chat');
      return true;
    case 'stage-record':
      if (mine === null || !mayRecord(mine, state.contacts.has(mine.accountKey))) return false;
      void calls.toggleRecording(mine);
      return true;
    case 'stage-devices':
      go.devices(true);
      return true;
    case 'stage-details':
      go.togglePanel('details');
      return true;
    case 'undo':
      return notify.undoLast();
    case 'escape':
      return escape(session);
    default:
      return missingCase(command);
  }
}

/** Esc closes the topmost layer (menus and dialogs close themselves); it never hangs up. */
function escape({ go, calls, store }: Session): boolean {
  const { toasts, view, panel, finding, calls: all } = store.getState();
  const last = toasts.at(-1);
  if (last !== undefined) {
    store.setState({ toasts: toasts.slice(0, -1) });
    return true;
  }
  if (finding) {
    go.findHere(false);
    return true;
  }
  if (view.kind === 'call' && panel !== 'none') {
    go.closePanel();
    return true;
  }
  if (view.kind === 'settings' || view.kind === 'check') {
    go.home();
    return true;
  }
  if (view.kind === 'profile') {
    go.leaveProfile();
    return true;
  }
  const shown = view.kind === 'call' ? all.get(view.id) : undefined;
  if (shown !== undefined && isOver(shown)) {
    go.home();
    void calls.dismiss(shown);
    return true;
  }
  return false;
}

function step({ store, words, go }: Session, by: 1 | -1): boolean {
  const { contacts, conversations, view } = store.getState();
  const ids = recentRows(words, { contacts, conversations, nowMs: Date.now() }).flatMap((row) =>
    row.kind === 'person' ? [row.accountKey] : [],
  );
  const at = view.kind === 'conversation' ? ids.indexOf(view.id) : -1;
  const next = ids[at < 0 ? (by === 1 ? 0 : ids.length - 1) : at + by];
  if (next !== undefined) go.conversation(next);
  return true;
}

function movePane(by: 1 | -1): boolean {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.checkVisibility());
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  panes[(at + by + panes.length) % panes.length]?.focus();
  return panes.length > 0;
}
