/** The words of a typed or pasted phrase: numbers and punctuation from a paper list are left out. */
export const phraseWords = (typed: string): readonly string[] =>
  typed
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
