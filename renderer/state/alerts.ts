import {
  draftMaxChars,
  type CallView,
  type IncomingAct,
  type IncomingCaller,
  type NoticeAct,
} from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import {
  alertsBetween,
  conversationOnScreen,
  overBetween,
  tagOf,
  tellingOf,
  waitingCount,
  type Alert,
  type AlertTag,
  type Attention,
} from './alert-policy.ts';
import { noticeOf } from './alert-words.ts';
import type { CallActions } from './call-actions.ts';
import type { MessageActions } from './message-actions.ts';
import { missingCase } from './missing-case.ts';
import type { Navigation } from './navigation.ts';
import type { Notifier } from './notify.ts';
import type { Client, System, UiAudio } from './ports.ts';
import type { UiStore } from './store.ts';

/** A conversation in which much comes at once is told of again after so long, with the newest. */
const againAfterMs = 2_000;

export interface AlertsParts {
  readonly client: Client;
  readonly store: UiStore;
  readonly system: System;
  readonly audio: UiAudio;
  readonly words: Words;
  readonly notify: Notifier;
  readonly go: Navigation;
  readonly calls: CallActions;
  readonly messages: MessageActions;
  /** Whether the window has the keyboard. */
  readonly isFocused: () => boolean;
  /** What the small window of somebody who rings shows; null: there is none. */
  readonly callerOf: ((call: CallView) => IncomingCaller) | null;
  /** It rings on without a sound. */
  readonly silence: (callId: string) => void;
  readonly setTimer: (delayMs: number, run: () => void) => { cancel(): void };
}

/** Tells of messages, missed calls, requests and calls, where the policy says; does what people answer there. */
export class Alerts {
  readonly #parts: AlertsParts;
  /** What was told lately, and what waits to be told with what came since. */
  readonly #quiet = new Map<AlertTag, { timer: { cancel(): void }; waiting: Alert | null }>();
  /** Notices in the page. */
  readonly #inPage = new Map<AlertTag, number>();
  readonly #told = new Map<AlertTag, Alert>();

  constructor(parts: AlertsParts) {
    this.#parts = parts;
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    const { store, system } = this.#parts;
    system.onAct((act) => this.#act(act));
    let count = -1;
    const stop = store.subscribe((state, before) => {
      for (const tag of overBetween(before, state)) this.#withdraw(tag);
      for (const alert of alertsBetween(before, state)) this.#paced(alert);
      if (state.conversations === before.conversations && state.contacts === before.contacts) return;
      const waiting = waitingCount(state);
      if (waiting !== count) system.badge(waiting);
      count = waiting;
    });
    return () => {
      stop();
      for (const { timer } of this.#quiet.values()) timer.cancel();
    };
  }

  #paced(alert: Alert): void {
    const tag = tagOf(alert);
    const resting = this.#quiet.get(tag);
    if (resting !== undefined) {
      resting.waiting = alert;
      return;
    }
    this.#tell(alert);
    const timer = this.#parts.setTimer(againAfterMs, () => {
      const waiting = this.#quiet.get(tag)?.waiting ?? null;
      this.#quiet.delete(tag);
      if (waiting !== null) this.#paced(waiting);
    });
    this.#quiet.set(tag, { timer, waiting: null });
  }

  #attention(): Attention {
    const state = this.#parts.store.getState();
    const { account, settings } = state;
    return {
      focused: this.#parts.isFocused(),
      onScreen: conversationOnScreen(state),
      doNotDisturb: account?.kind === 'ready' && account.account.presence === 'dnd',
      notifications: settings?.notifications ?? true,
      messageSound: settings?.messageSound ?? true,
      hasCallWindow: this.#parts.callerOf !== null,
    };
  }

  #tell(alert: Alert): void {
    const { audio, system } = this.#parts;
    const { where, sound } = tellingOf(alert, this.#attention());
    if (sound) audio.playSound('message');
    if (where === 'nowhere') return;
    this.#told.set(tagOf(alert), alert);
    if (where === 'page') this.#tellInPage(alert);
    else system.show(this.#notice(alert));
  }

  #notice(alert: Alert) {
    const { contacts, settings } = this.#parts.store.getState();
    const notice = noticeOf(this.#parts.words, alert, contacts, settings?.notificationPreviews ?? true);
    return alert.kind === 'incoming' ? { ...notice, caller: this.#parts.callerOf?.(alert.call) ?? null } : notice;
  }

  #tellInPage(alert: Alert): void {
    const { notify, words } = this.#parts;
    const { tag, title, body } = this.#notice(alert);
    this.#dropFromPage(tagOf(alert));
    const text = body === '' ? title : words('alerts.inPage', { title, body });
    this.#inPage.set(tagOf(alert), notify.offer(text, { kind: 'open', run: () => this.#act({ kind: 'open', tag }) }));
  }

  #dropFromPage(tag: AlertTag): void {
    const id = this.#inPage.get(tag);
    this.#inPage.delete(tag);
    if (id !== undefined) this.#parts.notify.dismiss(id);
  }

  #withdraw(tag: AlertTag): void {
    const resting = this.#quiet.get(tag);
    if (resting !== undefined) resting.waiting = null;
    this.#dropFromPage(tag);
    if (this.#told.delete(tag)) this.#parts.system.withdraw(tag);
  }

  /** The shell's word is not believed further than to what was told. */
  #act(act: NoticeAct): void {
    const told = [...this.#told].find(([tag]) => tag === act.tag)?.[1];
    if (told === undefined) return;
    if (act.kind === 'failed') {
      // Who rings is on the card, and nobody sees a hidden window.
      if (told.kind !== 'incoming') this.#tellInPage(told);
    } else if (act.kind === 'reply') this.#reply(told, act.text);
    else if (act.kind === 'action') this.#answer(told, act.id);
    else this.#open(told);
  }

  #reply(told: Alert, text: string): void {
    if (told.kind !== 'messages' && told.kind !== 'late') return;
    const { id } = told.conversation;
    const { messages, client, notify, store } = this.#parts;
    // The notification is gone with its field: what could not be sent waits in the conversation, behind what was begun there.
    const keep = (unsent: string) => {
      const begun = store.getState().conversations.get(id)?.draft ?? '';
      const draft = begun === '' ? unsent : `${begun}\n${unsent}`;
      void notify.attempt(() => client.conversations.saveDraft({ id, draft: draft.slice(0, draftMaxChars) }));
    };
    void messages.send(id, [text], null, keep);
    void notify.attempt(() => client.conversations.markRead({ id }));
  }

  #answer(told: Alert, id: IncomingAct): void {
    const { store, calls, system, go, silence } = this.#parts;
    const call = told.kind === 'incoming' ? store.getState().calls.get(told.call.id) : undefined;
    if (call === undefined) return undefined;
    switch (id) {
      case 'answer':
        system.raise();
        return void calls.answer(call);
      case 'decline':
        return void calls.decline(call);
      case 'write':
        system.raise();
        return go.conversation(call.accountKey);
      case 'silence':
        return silence(call.id);
      default:
        return missingCase(id);
    }
  }

  #open(told: Alert): void {
    const { go, system } = this.#parts;
    system.raise();
    const { id, arrived } = 'conversation' in told ? told.conversation : { id: '', arrived: null };
    if (told.kind === 'late' && arrived !== null) go.message(id, arrived.id, '');
    else if ('conversation' in told) go.conversation(id);
    // Requests stand above every list.
    else if (told.kind === 'request') go.home();
  }
}
