export interface Sample {
  readonly x: number;
  readonly y: number;
}

/** The line of least squares through `samples`: how much y grows per unit of x. Null for fewer than two different x. */
export function slopeOf(samples: readonly Sample[]): number | null {
  const mean = (pick: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = samples.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 0)) return null;
  return samples.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
