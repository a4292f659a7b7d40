import { shownText } from '../text/index.ts';
import { linksIn, type Link } from './links.ts';

export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly link: Link };

export type Block =
  /** One line; without spans it is an empty one. */
  | { readonly kind: 'line'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string | null };

export interface MessageText {
  readonly blocks: readonly Block[];
  /** There is more than these. */
  readonly cut: boolean;
}

/** Longer messages are shown to here, with a way to see all: one message must not fill the window. */
const foldedLines = 24;
const foldedChars = 1_600;

/** Three backticks on both sides, perhaps with the language's name in the first line. */
const fence = /```(?:(?<language>[\w+#.-]{1,20})?\n)?(?<code>[^]+?)\n?```\n?/gu;
const inlineCode = /`(?<code>[^`\n]+)`/gu;

/** A message as it is shown. @param whole false: folded, if it is long */
export function messageText(text: string, whole: boolean): MessageText {
  const clean = shownText(text);
  const beginning = whole ? clean : beginningOf(clean);
  return { blocks: blocksOf(beginning), cut: beginning.length < clean.length };
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (const match of text.matchAll(fence)) {
    const before = text.slice(from, match.index);
    // The line break before a fence belongs to it.
    if (before !== '') blocks.push(...linesOf(before.replace(/\n$/u, '')));
    blocks.push({ kind: 'code', text: match.groups?.['code'] ?? '', language: match.groups?.['language'] ?? null });
    from = match.index + match[0].length;
  }
  if (from < text.length || blocks.length === 0) blocks.push(...linesOf(text.slice(from)));
  return blocks;
}

const linesOf = (text: string): readonly Block[] =>
  text.split('\n').map((line): Block => ({ kind: 'line', spans: spansOf(line) }));

function spansOf(line: string): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of line.matchAll(inlineCode)) {
    spans.push(...linksIn(line.slice(from, match.index)));
    spans.push({ kind: 'code', text: match.groups?.['code'] ?? '' });
    from = match.index + match[0].length;
  }
  spans.push(...linksIn(line.slice(from)));
  return spans;
}

/** The first lines of a long message, cut at a line, else at a word. A block of code that is cut is closed. */
function beginningOf(text: string): string {
  let end = text.length;
  let line = -1;
  for (let count = 0; count < foldedLines; count += 1) {
    line = text.indexOf('\n', line + 1);
    if (line < 0) break;
  }
  if (line >= 0) end = line;
  if (end > foldedChars) {
    const cut = text.slice(0, foldedChars);
    // Half a letter is none: the last space, or at least a whole one.
    end = Math.max(cut.search(/\s\S*$/u), foldedChars / 2);
    if (/[\uD800-\uDBFF]/u.test(text.charAt(end - 1))) end -= 1;
  }
  // A little more than would be hidden is shown at once.
  if (text.length - end < foldedChars / 8 && !text.slice(end + 1).includes('\n')) return text;
  const beginning = text.slice(0, end);
  return (beginning.split('```').length - 1) % 2 === 1 && end < text.length ? `${beginning}\n\`\`\`` : beginning;
}

const picture = /\p{RGI_Emoji}/gv;
/** So many and nothing else are shown large. */
const largeMost = 3;

/** A message of one, two or three emoji and nothing else. */
export function isOnlyEmoji(text: string): boolean {
  if (text.length > 60) return false;
  const count = text.match(picture)?.length ?? 0;
  return count > 0 && count <= largeMost && text.replaceAll(picture, '').trim() === '';
}
