import { holdsHere, missingCase, type Session } from '../state/index.ts';
import type { Act } from './entries.ts';

/** Whether it leads somewhere else, which then takes the focus; after the others it goes back to where it was. */
export function leads(act: Act): boolean {
  switch (act.do) {
    case 'call':
    case 'message':
    case 'answer':
    case 'return':
    case 'add':
    case 'settings':
    case 'devices':
    case 'check':
    case 'echo':
    case 'keys':
      return true;
    case 'decline':
    case 'mute':
    case 'hold':
    case 'hang-up':
    case 'presence':
    case 'theme':
      return false;
    default:
      return missingCase(act);
  }
}

/** Does what was chosen in the palette. */
export function runAct({ calls, go, client, notify, settings }: Session, act: Act): void {
  switch (act.do) {
    case 'call':
      return void calls.start(act.accountKey);
    case 'message':
      return go.conversation(act.accountKey);
    case 'answer':
      return void calls.answer(act.call);
    case 'decline':
      return void calls.decline(act.call);
    case 'mute':
      return void calls.setMuted(act.call, !act.call.muted);
    case 'hold':
      return void calls.setHeld(act.call, !holdsHere(act.call));
    case 'hang-up':
      return void calls.hangUp(act.call);
    case 'return':
      return go.call(act.call.id);
    case 'add':
      return go.dialog({ kind: 'add', name: act.name });
    case 'settings':
      return go.settings(act.section);
    case 'presence':
      return void notify.attempt(() => client.account.setPresence({ presence: act.presence }));
    case 'theme':
      return void settings.change({ theme: act.theme });
    case 'devices':
      return go.settings('audio');
    case 'check':
      return go.check();
    case 'echo':
      return void calls.startEcho(true);
    case 'keys':
      return go.dialog({ kind: 'keys' });
    default:
      return missingCase(act);
  }
}
