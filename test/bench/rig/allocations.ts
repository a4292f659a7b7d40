/** Of V8's sampled heap profile (DevTools protocol, HeapProfiler.SamplingHeapProfileNode), what is read here. */
export interface ProfileNode {
  readonly callFrame: { readonly url: string; readonly functionName: string; readonly lineNumber: number };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

/** Bytes by who allocated them: address of the source, function and line. What V8 inlined into a function counts as the function's. */
export type Allocations = Readonly<Record<string, number>>;

/** Small enough to see a number boxed per packet within seconds; with what was collected in the meantime. */
export const samplingOptions = {
  samplingInterval: 512,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
} as const;

export function allocationsOf(head: ProfileNode): Allocations {
  const bytes: Record<string, number> = {};
  const add = ({ callFrame: { url, functionName, lineNumber }, selfSize, children }: ProfileNode): void => {
    const place = `${url} ${functionName}:${lineNumber + 1}`;
    if (selfSize > 0) bytes[place] = (bytes[place] ?? 0) + selfSize;
    for (const child of children) add(child);
  };
  add(head);
  return bytes;
}

const listed = 25;
const perSecond = (bytes: number, elapsedMs: number): number => bytes / 1024 / (elapsedMs / 1000);

/** @param counts whose allocations, by address of the source. @returns kB/s */
export const allocatedPerSecond = (bytes: Allocations, elapsedMs: number, counts: (url: string) => boolean): number =>
  perSecond(
    Object.entries(bytes).reduce((sum, [place, size]) => sum + (counts(place) ? size : 0), 0),
    elapsedMs,
  );

/** The greatest, kB/s; of each source's address only its end. */
export const mostAllocating = (bytes: Allocations, elapsedMs: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(bytes)
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, listed)
      .map(([place, size]) => [
        place.replace(/^.*\/(?<end>(?:main|native-shims|preload|node_modules|assets)\/)/u, '$<end>'),
        Math.round(perSecond(size, elapsedMs) * 10) / 10,
      ]),
  );
