/** Whatever else has come meanwhile is done first. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Does a long piece of work some at a time, so that nothing else stands still meanwhile.
 * @param most of them at a time
 * @param takeSome does at least one of these, from the first on, and says how many
 */
export async function inSlices<T>(all: readonly T[], most: number, takeSome: (some: readonly T[]) => number): Promise<void> {
  for (let from = 0; from < all.length;) {
    from += takeSome(all.slice(from, from + most));
    // oxlint-disable-next-line no-await-in-loop -- others' turn
    await othersTurn();
  }
}
