/** A home with several people behind one address may ask for each of them; a machine that tries names gets nowhere. */
const perNetwork = 6;
const windowMs = 3_600_000;
/** 10,000 networks are about 2 MB; beyond that the ones quiet for the longest are forgotten. */
const maxNetworks = 10_000;

/** How often a network has knocked within the last hour. */
export interface DoorGuard {
  /** Counts a knock; false if it is one too many. */
  admit(network: string, nowMs: number): boolean;
}

export function createDoorGuard(): DoorGuard {
  const knocks = new Map<string, readonly number[]>();
  return {
    admit(network, nowMs) {
      const recent = (knocks.get(network) ?? []).filter((atMs) => nowMs - atMs < windowMs);
      const welcome = recent.length < perNetwork;
      knocks.delete(network);
      knocks.set(network, welcome ? [...recent, nowMs] : recent);
      const quietest = knocks.size > maxNetworks ? knocks.keys().next().value : undefined;
      if (quietest !== undefined) knocks.delete(quietest);
      return welcome;
    },
  };
}
