/** First pause before a fallen process is started again: short enough that a single fall is hardly seen. */
export const firstBackoffMs = 200;
/** Longest pause: a process that always falls costs next to nothing. */
export const longestBackoffMs = 5_000;
/** A process that stood this long is healthy again; its next fall counts as the first. */
export const healthyAfterMs = 30_000;

/** The pause before the restart that follows `falls` falls in a row (1, 2, …): 200, 400, … 5,000 ms. */
export const backoffMs = (falls: number): number => Math.min(firstBackoffMs * 2 ** (falls - 1), longestBackoffMs);
