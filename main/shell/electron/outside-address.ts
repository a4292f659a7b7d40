/** What the page may have the system open. Each leads to a program that knows strangers' addresses: a browser, a mail program. */
const schemes = ['https:', 'http:', 'mailto:'];
/** Longer than any address a person follows; some systems cut or refuse them. */
const addressMost = 2_000;

/** An address as the system is told to open it, or null: nothing else than web pages and mail is opened. */
export function outsideAddress(text: string): string | null {
  if (text.length > addressMost || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (!schemes.includes(url.protocol)) return null;
  // Of a mail, only to whom: a link must not write it, nor put a file into it.
  if (url.protocol === 'mailto:') return url.pathname === '' ? null : `mailto:${url.pathname}`;
  return url.href;
}
