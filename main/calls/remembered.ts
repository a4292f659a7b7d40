/** Calls that are over and still known: a repeated offer does not ring again. */
const rememberedIds = 256;

/** Keeps the newest `rememberedIds`. */
export function dropOldest(remembered: Set<string> | Map<string, unknown>): void {
  const [oldest] = remembered.keys();
  if (remembered.size > rememberedIds && oldest !== undefined) remembered.delete(oldest);
}
