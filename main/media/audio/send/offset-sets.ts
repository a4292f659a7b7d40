/**
 * At which distances, in packets, copies may be sent: near ones for loss that comes singly, wide ones for bursts, which a
 * copy has to outlive. Ascending, at most four (`redMaxCopies`); the first is "none".
 */
export const offsetSets: readonly (readonly number[])[] = [
  [],
  [1],
  [2],
  [3],
  [4],
  [1, 2],
  [1, 3],
  [2, 4],
  [3, 6],
  [4, 8],
  [1, 2, 3],
  [1, 2, 4],
  [2, 4, 6],
  [3, 6, 9],
  [3, 7, 11],
  [1, 2, 3, 4],
  [2, 4, 6, 8],
  [2, 5, 8, 11],
];

/** Issue: with bursts or 40 % loss the farthest copy that is of use may cost about this much delay. */
export const maxSpreadMs = 220;

export const spreadOf = (offsets: readonly number[]): number => offsets.at(-1) ?? 0;
