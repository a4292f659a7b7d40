import { messageLine } from './message-line.ts';
import type { ContactView, ConversationView, ShellNotice } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { tagOf, type Alert } from './alert-policy.ts';
import { missingCase } from './missing-case.ts';
import { callerName, displayName } from './people.ts';

/** UTF-16 units of a message in a notification, which shows two lines or three. */
const excerptMost = 200;

/** Of several people in a conversation. */
const namedMost = 3;

/** What a notification says. @param previews what was written stands in it; else only who wrote */
export function noticeOf(words: Words, alert: Alert, contacts: ReadonlyMap<string, ContactView>, previews: boolean): ShellNotice {
  const plain = { tag: tagOf(alert), urgent: false, reply: null, actions: [], caller: null };
  switch (alert.kind) {
    case 'messages':
    case 'late': {
      const { arrived, unread } = alert.conversation;
      const name = nameOf(words, alert.conversation, contacts);
      const text = previews && arrived !== null ? excerpt(messageLine(words, arrived)) : '';
      return {
        ...plain,
        title: unread > 1 ? words('alerts.several', { name, count: unread }) : name,
        body: alert.kind === 'late' ? lateBody(words, text) : text === '' ? words('alerts.newMessages', { count: unread }) : text,
        reply: words('alerts.reply', { name }),
      };
    }
    case 'missed':
      return { ...plain, title: nameOf(words, alert.conversation, contacts), body: words('side.missedCall') };
    case 'request':
      return {
        ...plain,
        title: words('alerts.request', { name: displayName(alert.person) }),
        body: previews ? excerpt(alert.person.note ?? '') : '',
      };
    case 'incoming':
      return {
        ...plain,
        title: words('call.callingYou', { name: callerName(alert.call, contacts, words('call.echoName')) }),
        body: '',
        urgent: true,
        actions: [
          { id: 'answer', label: words('call.answer') },
          { id: 'decline', label: words('call.decline') },
        ],
      };
    default:
      return missingCase(alert);
  }
}

const lateBody = (words: Words, text: string): string =>
  text === '' ? words('alerts.lateMessage') : words('alerts.late', { text });

function nameOf(words: Words, { members }: ConversationView, contacts: ReadonlyMap<string, ContactView>): string {
  const names = members.flatMap((member) => contacts.get(member) ?? []).map(displayName);
  return names.length === 0 ? words('app.name') : names.slice(0, namedMost).join(', ');
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One line of what was written. Cut between letters as people see them: half a letter would be another one. */
function excerpt(text: string): string {
  const line = text
    .slice(0, 4 * excerptMost)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  if (line.length <= excerptMost) return line;
  const whole = Array.from(letters.segment(line.slice(0, excerptMost)), ({ segment }) => segment).slice(0, -1);
  return `${whole.join('')}…`;
}
