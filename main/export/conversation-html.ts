import type { CallRecordView } from '../../preload/contract/index.ts';
import type { StoredMessage } from '../storage/index.ts';
import { isoTime, timeOf, type FileAbout, type FileForm, type FileItem, type Participants } from './conversation-file.ts';

/** Whatever somebody wrote, as text of HTML and nothing else. Control characters that HTML does not know become the sign for "unknown". */
export const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Nothing is loaded, nothing runs: the file is the same wherever it is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** Text of strangers stays inside its own box: its direction is its own, and piles of marks are cut at the box's edge. */
const style = `
:root{color-scheme:light dark;--ground:light-dark(#f6f5f1,#151716);--ink:light-dark(#1c1f1e,#e9ebe8);--quiet:light-dark(#5b625f,#a2aaa6);--theirs:light-dark(#fff,#212524);--ours:light-dark(#d9ebe6,#1d3a35);--line:light-dark(#dcdad2,#333836)}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main,header{max-width:44rem;margin:0 auto;padding:1.25rem}
header{border-bottom:1px solid var(--line)}
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:.875rem;font-weight:600;color:var(--quiet);text-align:center;margin:1.75rem 0 .75rem}
p{margin:0}
.meta,.when,.note{color:var(--quiet);font-size:.8125rem}
.m{max-width:85%;width:fit-content;margin:.375rem 0;padding:.5rem .75rem;border-radius:.75rem;background:var(--theirs);overflow:hidden;contain:paint}
.o{margin-inline-start:auto;background:var(--ours)}
.who{font-weight:600;font-size:.8125rem;overflow-wrap:anywhere}
.t{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.q{border-inline-start:3px solid var(--line);padding-inline-start:.5rem;margin-bottom:.25rem;color:var(--quiet);font-size:.875rem;overflow-wrap:anywhere;unicode-bidi:isolate}
.r{margin-top:.25rem}
.c{text-align:center;color:var(--quiet);margin:.75rem 0;font-size:.875rem}
@media print{.m{break-inside:avoid}}
`;

const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const zone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "" for what is no moment. */
const said = (form: Intl.DateTimeFormat, ms: number): string => (isoTime(ms) === null ? '' : form.format(ms));

const nameOf = (item: FileItem, { you, others }: Participants): string => {
  if (item.direction === 'out') return you.name;
  const other = others.find(({ accountKey }) => accountKey === item.conversationId);
  return other?.nickname ?? other?.name ?? item.conversationId.slice(0, 8);
};

const bdi = (text: string): string => `<bdi>${escapeHtml(text)}</bdi>`;

const moment = (ms: number): string => {
  const iso = isoTime(ms);
  return iso === null ? '' : `<time class="when" datetime="${iso}">${said(clockTime, ms)}</time>`;
};

function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${seconds < 60 ? '' : `${Math.floor(seconds / 60)} min `}${seconds % 60} s`;
}

function messageHtml(message: StoredMessage, { participants }: FileAbout): string {
  const { reply, reactions } = message;
  const isOurs = message.direction === 'out';
  const quote =
    reply === null
      ? ''
      : `<p class="q" dir="auto">${reply.state === 'there' ? escapeHtml(reply.excerpt) : reply.state === 'deleted' ? 'Deleted message' : 'A message that is no longer here'}</p>`;
  const { voice } = message;
  const text = message.deleted
    ? '<p class="note">Deleted message</p>'
    : voice !== null
      ? `<p class="note">Voice message, ${lengthOf(voice.durationMs)}</p>`
      : message.unknown
        ? '<p class="note">Made by a newer version of Lilliput</p>'
        : `<p class="t" dir="auto">${escapeHtml(message.text)}</p>`;
  const marks = reactions.map(
    ({ author, emoji }) =>
      `${escapeHtml(emoji)} ${bdi(author === null ? participants.you.name : nameOf({ ...message, direction: 'in' }, participants))}`,
  );
  const notes = [
    message.editedMs === null ? '' : 'edited',
    message.cameMs === null ? '' : `arrived ${said(day, message.cameMs)}, ${said(clockTime, message.cameMs)}`,
    isOurs && message.delivery === 'waiting' ? 'not sent yet' : '',
  ].filter((note) => note !== '');
  return `<article class="m${isOurs ? ' o' : ''}" id="m${message.id}"><p class="who">${bdi(nameOf(message, participants))} ${moment(message.atMs)}${notes.length === 0 ? '' : ` <span class="note">${notes.join(', ')}</span>`}</p>${quote}${text}${marks.length === 0 ? '' : `<p class="r">${marks.join(' · ')}</p>`}</article>\n`;
}

function callHtml(call: CallRecordView): string {
  const length = call.talkedMs === 0 ? '' : `, ${lengthOf(call.talkedMs)}`;
  const what = call.missed ? 'Missed call' : call.direction === 'out' ? 'Outgoing call' : 'Incoming call';
  return `<p class="c">${what}${length} ${moment(call.startedMs)}</p>\n`;
}

/** One file that reads in any browser, also without Lilliput and without the internet. */
export const htmlForm: FileForm = {
  begin({ participants, madeMs, app }) {
    const names = participants.others.map(({ name, nickname }) => nickname ?? name).join(', ');
    const keys = participants.others.map(({ name, accountKey }) => `${bdi(name)} ${accountKey}`).join('<br>');
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>Conversation with ${escapeHtml(names)}</title><style>${style}</style></head>
<body><header><h1>Conversation with ${bdi(names)}</h1><p class="meta">As it was on ${said(day, madeMs)}, ${said(clockTime, madeMs)} (times of ${escapeHtml(zone())}). Written by Lilliput ${escapeHtml(app)} for ${bdi(participants.you.name)}.</p><p class="meta">${keys}</p></header>
<main>
`;
  },
  item(item, before, about) {
    const today = said(day, timeOf(item));
    const heading = before !== null && said(day, timeOf(before)) === today ? '' : `<h2>${today}</h2>\n`;
    return heading + (item.kind === 'message' ? messageHtml(item, about) : callHtml(item));
  },
  end: () => '</main></body></html>\n',
};
