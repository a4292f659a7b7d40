import { LinkifyIt } from 'linkify-it';
import { invitationMaxChars, readInvitation } from '../../preload/contract/index.ts';

/** Why a link may lead elsewhere than it looks. */
export type LinkDoubt =
  /** A name before an `@`, as in `https://bank.example@evil.example`: it is sent to the host that follows. */
  | 'name-before-host'
  /** The host that is opened is written otherwise: numbers, look-alike signs, invisible ones, backslashes. */
  | 'host-differs'
  /** Letters beyond ASCII, or their Punycode (RFC 3492): some look like others. */
  | 'foreign-letters'
  /** Latin letters among those of another writing, in one word. */
  | 'mixed-letters'
  /** The beginning looks like a whole address: `bank.com.evil.example`. */
  | 'looks-like-another';

export interface Link {
  /** As it was written, and is shown. */
  readonly raw: string;
  /** What is opened: `https:`, `http:` or `mailto:`, or our own `lilliput:`. */
  readonly href: string;
  readonly kind: 'web' | 'mail' | 'invitation';
  /** Where it leads, as the network knows it; of a mail, whose server. */
  readonly host: string;
  /** Empty: it leads where it looks. */
  readonly doubts: readonly LinkDoubt[];
}

export type TextOrLink = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'link'; readonly link: Link };

/** Links of one message that are shown as such; who sends more wants something else. */
const linksMost = 200;

const finder = new LinkifyIt({ fuzzyLink: true, urlAuth: true, maxLength: 2_000 });
finder.add('ftp:', null).add('//', null);
finder.add('lilliput:', {
  validate: (text, at) => /^[^\s<>"'`]+/u.exec(text.slice(at, at + invitationMaxChars))?.[0].length ?? 0,
});

/** A text cut at the links in it. Nothing but web, mail and invitations becomes a link. */
export function linksIn(text: string): readonly TextOrLink[] {
  const pieces: TextOrLink[] = [];
  let from = 0;
  for (const { raw, index, schema, lastIndex } of (finder.match(text) ?? []).slice(0, linksMost)) {
    const link = linkOf(raw, schema);
    if (link === null) continue;
    if (index > from) pieces.push({ kind: 'text', text: text.slice(from, index) });
    pieces.push({ kind: 'link', link });
    from = lastIndex;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

/** @param schema as the finder names it: empty where none was written */
function linkOf(raw: string, schema: string): Link | null {
  const scheme = schema.toLowerCase();
  if (scheme === 'lilliput:')
    return readInvitation(raw) === null ? null : { raw, href: raw, kind: 'invitation', host: '', doubts: [] };
  if (scheme === 'mailto:') {
    const address = raw.replace(/^mailto:/iu, '');
    const url = parsed(`https://${address.slice(address.lastIndexOf('@') + 1)}`);
    if (url === null) return null;
    const href = `mailto:${encodeURIComponent(address.slice(0, address.lastIndexOf('@')))}@${url.hostname}`;
    return { raw, href, kind: 'mail', host: url.hostname, doubts: doubtsOf(url, shownHost(`//${address}`)) };
  }
  // Written without a scheme, it is asked for in the safe way.
  const url = parsed(scheme === '' ? `https://${raw}` : raw);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  const doubts = doubtsOf(url, shownHost(scheme === '' ? `//${raw}` : raw));
  return { raw, href: url.href, kind: 'web', host: url.host, doubts };
}

/** Null: the network knows no such address. */
const parsed = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/** What a reader takes for the host: all between the two slashes and the next one, without a name before it and a port behind it. */
function shownHost(written: string): string {
  const authority = /\/\/(?<host>[^/?#]*)/u.exec(written)?.groups?.['host'] ?? '';
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/u, '')
    .toLowerCase();
}

function doubtsOf(url: URL, shown: string): readonly LinkDoubt[] {
  const foreign = url.hostname.split('.').some((label) => label.startsWith('xn--'));
  const doubts: LinkDoubt[] = [];
  if (url.username !== '' || url.password !== '') doubts.push('name-before-host');
  // Written in its own letters, it is the same host as its Punycode; anything else that became another was written to deceive.
  if (shown !== url.hostname && !(foreign && /^[\p{L}\p{M}\p{N}.-]+$/u.test(shown))) doubts.push('host-differs');
  if (shown.split('.').some(isMixed)) doubts.push('mixed-letters');
  else if (foreign) doubts.push('foreign-letters');
  if (hasAnotherInside(url.hostname)) doubts.push('looks-like-another');
  return doubts;
}

/** Latin beside another writing: no language mixes them within a word. */
const isMixed = (label: string): boolean => /\p{Script=Latin}/u.test(label) && /(?!\p{Script=Latin})\p{L}/u.test(label);

/** Endings that people take for the end of an address. */
const endings = /^(?:com|net|org|edu|gov|mil|info|biz|io|app|dev|bank)(?:-|$)/u;

/** An ending where the address goes on: not in the last two words, which may be `com.au`, and not the first. */
const hasAnotherInside = (host: string): boolean => {
  const labels = host.split('.');
  return labels.slice(1, -1).some((label, index) => endings.test(label) && (index < labels.length - 3 || label.includes('-')));
};
