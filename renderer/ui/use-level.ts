import { useState } from 'react';

/** A level (0…1) that is written often and read at display rate, without React renders. Both functions are stable. */
export interface LevelCell {
  readonly read: () => number;
  readonly write: (level: number) => void;
}

export function useLevel(): LevelCell {
  const [cell] = useState(() => {
    let now = 0;
    return {
      read: () => now,
      write: (level: number) => {
        now = level;
      },
    };
  });
  return cell;
}
