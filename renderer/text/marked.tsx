import type { ReactNode } from 'react';
import { piecesOf } from './marks.ts';

/** A text with what is looked for marked in it. */
export function Marked({ text, looking }: { text: string; looking: string }): ReactNode {
  if (looking === '') return text;
  return piecesOf(text, looking).map((piece, index) =>
    piece.found ? (
      // oxlint-disable-next-line react/no-array-index-key -- pieces have no other name than their place
      <mark key={index} className="rounded-[3px] bg-accent text-on-accent">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
