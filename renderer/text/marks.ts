/** A piece of a text, found or not. */
export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

/** Writing without spaces between words: what is looked for may stand anywhere in it. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const word = /[\p{L}\p{N}\p{Co}]+/gu;

/** As the engine's index compares: case, accents and compatibility forms don't matter. */
const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** A text cut where the words that were typed stand in it: whole words, and for the last of them beginnings of words. */
export function piecesOf(text: string, typed: string): readonly Piece[] {
  const wanted = folded(typed).match(word) ?? [];
  if (wanted.length === 0 || text === '') return [{ text, found: false }];
  const { plain, starts } = foldedWithPlaces(text);
  const found = new Uint8Array(text.length);
  const mark = (from: number, to: number): void => void found.fill(1, starts[from], starts[to] ?? text.length);
  for (const match of plain.matchAll(word)) {
    for (const [index, what] of wanted.entries()) {
      if (unspaced.test(what)) {
        for (let at = match[0].indexOf(what); at >= 0; at = match[0].indexOf(what, at + what.length))
          mark(match.index + at, match.index + at + what.length);
      } else if (index === wanted.length - 1 ? match[0].startsWith(what) : match[0] === what)
        mark(match.index, match.index + (index === wanted.length - 1 ? what.length : match[0].length));
    }
  }
  return cutAlong(text, found);
}

/** The folded text, and for each of its units where the letter it came from begins. */
function foldedWithPlaces(text: string): { readonly plain: string; readonly starts: readonly number[] } {
  let plain = '';
  const starts: number[] = [];
  let at = 0;
  for (const letter of text) {
    const small = folded(letter);
    for (let unit = 0; unit < small.length; unit += 1) starts.push(at);
    plain += small;
    at += letter.length;
  }
  return { plain, starts };
}

function cutAlong(text: string, found: Uint8Array): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (at < text.length && found[at] === found[from]) continue;
    pieces.push({ text: text.slice(from, at), found: found[from] === 1 });
    from = at;
  }
  return pieces;
}

/** Letters before what was found that are shown with it. */
const before = 24;

/** The part of a one-line text in which what was typed stands first. */
export function excerptOf(line: string, typed: string): string {
  const pieces = piecesOf(line, typed);
  const first = pieces.findIndex((piece) => piece.found);
  const at = pieces.slice(0, Math.max(0, first)).reduce((sum, piece) => sum + piece.text.length, 0);
  if (at <= before) return line;
  const space = line.indexOf(' ', at - before);
  return `…${line.slice(space >= 0 && space < at ? space + 1 : at)}`;
}
