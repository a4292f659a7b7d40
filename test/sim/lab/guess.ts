/** What somebody saw of a person, each with a number, and what was true. */
export interface Seen {
  readonly isThere: boolean;
  readonly signs: Readonly<Record<string, number>>;
}

export interface Guessed {
  /** 2 · (share of right guesses) − 1: 0 is a coin, 1 is knowing. */
  readonly advantage: number;
  /** Of the advantage, so sure as `z` says. */
  readonly low: number;
  readonly high: number;
  /** What the guesses went by, in either half. */
  readonly by: readonly string[];
}

interface Rule {
  readonly sign: string;
  readonly above: number;
  readonly isThereAbove: boolean;
  readonly right: number;
}

const judge = ({ sign, above, isThereAbove }: Omit<Rule, 'right'>, { signs }: Seen): boolean =>
  (signs[sign] ?? 0) > above === isThereAbove;

const rightOf = (rule: Omit<Rule, 'right'>, seen: readonly Seen[]): number =>
  seen.filter((each) => judge(rule, each) === each.isThere).length;

/** The one sign and the one bound that would have been right most often. */
function learn(seen: readonly Seen[]): Rule {
  let best: Rule = { sign: 'nothing', above: 0, isThereAbove: true, right: 0 };
  for (const sign of Object.keys(seen[0]?.signs ?? {})) {
    const values = [...new Set(seen.map(({ signs }) => signs[sign] ?? 0))].toSorted((left, right) => left - right);
    for (const [index, value] of values.entries()) {
      const above = (value + (values[index + 1] ?? value)) / 2;
      for (const isThereAbove of [true, false]) {
        const right = rightOf({ sign, above, isThereAbove }, seen);
        if (right > best.right) best = { sign, above, isThereAbove, right };
      }
    }
  }
  return best;
}

/** Wilson's interval of a share (1927). */
function interval(right: number, of: number, z: number): readonly [number, number] {
  const share = right / of;
  const middle = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return [middle - half, middle + half];
}

/**
 * How well somebody guesses who knows the truth of half of the people, learns from them by what to tell, and guesses the other half;
 * and the other way round. So what fits by chance is no advantage.
 * @param z how sure the bounds are: 1.96 is 95 %, 3.29 is 99.9 %
 */
export function guess(seen: readonly Seen[], z = 1.96): Guessed {
  const halves = [0, 1].map((half) => seen.filter((_, index) => index % 2 === half));
  const rules = halves.map(learn);
  const right = rules.reduce((sum, rule, half) => sum + rightOf(rule, halves[1 - half] ?? []), 0);
  const [low, high] = interval(right, seen.length, z);
  return {
    advantage: (2 * right) / seen.length - 1,
    low: 2 * low - 1,
    high: 2 * high - 1,
    by: rules.map(({ sign }) => sign),
  };
}
