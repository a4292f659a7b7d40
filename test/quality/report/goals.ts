import type { Medians } from './medians.ts';

/** What a network must show, and whether it does. */
export interface Verdict {
  readonly network: string;
  readonly goal: string;
  readonly measured: string;
  /** Null: the figures that it needs are missing. */
  readonly kept: boolean | null;
}

export const ourPeer = 'lilliput';
export const baselinePeer = 'chromium';
const cleanNetwork = 'clean';

interface Figures {
  readonly ours: Medians;
  readonly theirs: Medians | null;
  readonly ourClean: Medians | null;
  readonly theirClean: Medians | null;
}

interface Goal {
  readonly words: string;
  readonly judge: (figures: Figures) => { readonly measured: string; readonly kept: boolean } | null;
}

const inMs = (value: number): string => `${Math.round(value)} ms`;

type Key = Exclude<keyof Medians, 'network' | 'peer' | 'runs' | 'invalid'>;

/** Ours against the baseline's in the same row. */
function against(
  words: string,
  key: Key,
  isKept: (ours: number, theirs: number) => boolean,
  print: (value: number) => string,
): Goal {
  return {
    words,
    judge: ({ ours, theirs }) => {
      const [a, b] = [ours[key], theirs?.[key] ?? null];
      if (a === null || b === null) return null;
      return { measured: `${print(a)} against ${print(b)}`, kept: isKept(a, b) };
    },
  };
}

/** At most so much over our own clean call. */
const overClean = (words: string, key: 'delayP50Ms' | 'delayP95Ms', mostMs: number): Goal => ({
  words,
  judge: ({ ours, ourClean }) => {
    const [here, clean] = [ours[key], ourClean?.[key] ?? null];
    if (here === null || clean === null) return null;
    return { measured: `${inMs(here)}, ${inMs(here - clean)} over clean`, kept: here - clean <= mostMs };
  },
});

const atMost = (words: string, key: 'soundBackMs' | 'delayBackMs', mostMs: number): Goal => ({
  words,
  judge: ({ ours }) => {
    const value = ours[key];
    return value === null ? null : { measured: inMs(value), kept: value <= mostMs };
  },
});

const estoiAtLeast = (least: number): Goal => ({
  words: `ESTOI at least ${least.toFixed(2)}`,
  judge: ({ ours: { estoi } }) => (estoi === null ? null : { measured: estoi.toFixed(3), kept: estoi >= least }),
});

/** How much of what the network takes from the baseline's ESTOI is not taken from ours. */
const halfTheGap: Goal = {
  words: 'at least half of what loss costs Chromium’s ESTOI is regained',
  judge: ({ ours, theirs, theirClean }) => {
    const [here, there, clean] = [ours.estoi, theirs?.estoi ?? null, theirClean?.estoi ?? null];
    if (here === null || there === null || clean === null) return null;
    const figures = `${here.toFixed(3)} against ${there.toFixed(3)} (clean ${clean.toFixed(3)})`;
    if (clean <= there) return { measured: figures, kept: here >= there };
    const regained = (here - there) / (clean - there);
    return { measured: `${figures}: ${Math.round(regained * 100)} %`, kept: regained >= 0.5 };
  },
};

const fewerGaps: Goal = {
  words: 'fewer gaps than Chromium',
  judge: ({ ours, theirs }) => {
    const [a, b] = [ours.gaps, theirs?.gaps ?? null];
    if (a === null || b === null) return null;
    // Where the other has none there can't be fewer.
    return { measured: `${a} against ${b}`, kept: a < b || (a === 0 && b === 0) };
  },
};

const lessDelayThanImposed: Goal = {
  words: 'mouth-to-ear less the imposed mean lower than Chromium’s',
  judge: ({ ours, theirs }) => {
    const [a, b] = [ours.delayP50Ms, theirs?.delayP50Ms ?? null];
    const [wireA, wireB] = [ours.wireDelayMs, theirs?.wireDelayMs ?? null];
    if (a === null || b === null || wireA === null || wireB === null) return null;
    return { measured: `${inMs(a - wireA)} against ${inMs(b - wireB)}`, kept: a - wireA < b - wireB };
  },
};

const clean: readonly Goal[] = [
  against('mouth-to-ear no longer than Chromium’s', 'delayP50Ms', (ours, theirs) => ours <= theirs, inMs),
  against(
    'ESTOI no lower than Chromium’s',
    'estoi',
    (ours, theirs) => ours >= theirs,
    (value) => value.toFixed(3),
  ),
  against(
    'CPU of all processes lower than Chromium’s',
    'cpuPercent',
    (ours, theirs) => ours < theirs,
    (value) => `${value.toFixed(1)} %`,
  ),
];

const jitter: readonly Goal[] = [
  lessDelayThanImposed,
  against('no more speech made up or missing than Chromium’s', 'damagedMs', (ours, theirs) => ours <= theirs, inMs),
];

const lossy = (mostMs: number): readonly Goal[] => [
  halfTheGap,
  fewerGaps,
  overClean(`mouth-to-ear at most ${mostMs} ms over our own clean`, 'delayP50Ms', mostMs),
  atMost('mouth-to-ear back to within 20 ms at most 10 s after the loss', 'delayBackMs', 10_000),
];

const narrow: readonly Goal[] = [overClean('p95 of mouth-to-ear at most 100 ms over our own clean', 'delayP95Ms', 100)];

const recovering: readonly Goal[] = [
  atMost('sound back at most 300 ms after the network', 'soundBackMs', 300),
  atMost('extra delay gone to within 20 ms at most 2 s after its cause', 'delayBackMs', 2000),
];

/** Others fill the line; a voice that is understood is what is asked. */
const besideOthers: Goal = {
  words: 'ESTOI at most 0.05 below our own clean',
  judge: ({ ours, ourClean }) => {
    const [here, undisturbed] = [ours.estoi, ourClean?.estoi ?? null];
    if (here === null || undisturbed === null) return null;
    return { measured: `${here.toFixed(3)}, clean ${undisturbed.toFixed(3)}`, kept: undisturbed - here <= 0.05 };
  },
};

/** By network; those that are not here are measured only. */
const goals: Readonly<Record<string, readonly Goal[]>> = {
  [cleanNetwork]: clean,
  jitter30: jitter,
  jitter80: jitter,
  loss10: lossy(120),
  loss20: lossy(120),
  'loss10-jitter30': lossy(120),
  'loss20-jitter80': lossy(120),
  'burst-2-25-80': lossy(250),
  'burst-5-15-100': lossy(250),
  loss40: [...lossy(250), estoiAtLeast(0.8)],
  up64: narrow,
  up32: narrow,
  greedy: [besideOthers],
  outage: recovering,
  step: recovering,
};

/** Every goal of every network in which we were measured. */
export function judgeGoals(rows: readonly Medians[]): Verdict[] {
  const find = (network: string, peer: string): Medians | null =>
    rows.find((row) => row.network === network && row.peer === peer) ?? null;
  return rows
    .filter(({ peer }) => peer === ourPeer)
    .flatMap((ours) =>
      (goals[ours.network] ?? []).map(({ words, judge }) => {
        const judged = judge({
          ours,
          theirs: find(ours.network, baselinePeer),
          ourClean: find(cleanNetwork, ourPeer),
          theirClean: find(cleanNetwork, baselinePeer),
        });
        return {
          network: ours.network,
          goal: words,
          measured: judged?.measured ?? 'not measured',
          kept: ours.invalid > 0 && judged === null ? false : (judged?.kept ?? null),
        };
      }),
    );
}
