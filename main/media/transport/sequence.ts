const cycleLength = 0x1_00_00;

/**
 * Extends a 16-bit sequence number by nearness to the highest extended one so far (RFC 3711 §3.3.1); -1: none yet. The
 * first one lies in cycle 1, so that what was sent before it is not negative.
 */
export function extendSequence(sequence: number, highest: number): number {
  if (highest === -1) return sequence + cycleLength;
  const near = highest - (highest % cycleLength) + sequence;
  if (near - highest > cycleLength / 2) return near - cycleLength;
  return highest - near > cycleLength / 2 ? near + cycleLength : near;
}

/** How often the number had wrapped since the first packet: SRTP's rollover counter. */
export const rolloverOf = (extended: number): number => Math.max(0, Math.floor(extended / cycleLength) - 1);
