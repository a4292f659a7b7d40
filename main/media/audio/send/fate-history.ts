/** What became of a packet. `unclear`: lost, but to a queue of our own making, which says nothing about the line. */
export type Fate = 'arrived' | 'lost' | 'unclear';

/** The fates of the newest packets, by sequence number, and what would have become of copies of them. */
export interface FateHistory {
  /** @param sequence 16 bit; a fate may be told again and then replaces the first one */
  note(sequence: number, fate: Fate): void;
  /** Share of packets lost, 0…1, among the newest `packets` whose fate is known. */
  lossShare(packets: number): number;
  /** Mean length of a run of lost packets; 0 if none was lost. */
  readonly meanBurst: number;
  /**
   * Share of frames, 0…1, that would have been missing in the end if each had also been sent `offsets` packets later: those of
   * which every copy was lost.
   */
  residual(offsets: readonly number[], packets: number): number;
}

/** 20 s at 20 ms: bursts are seconds apart, and it takes some of them to tell how long they get. */
export const historyPackets = 1_024;
/** A jump this wide is another stream; nothing of the old one is comparable. */
const restartGap = 4 * historyPackets;

const unknown = 0;
const arrived = 1;
const lost = 2;

export function createFateHistory(): FateHistory {
  const fates = new Uint8Array(historyPackets);
  let newest = -1;

  const at = (index: number): number => fates[index & (historyPackets - 1)] ?? unknown;

  function advance(to: number): void {
    if (to - newest >= historyPackets) fates.fill(unknown);
    else for (let index = newest + 1; index < to; index += 1) fates[index & (historyPackets - 1)] = unknown;
    newest = to;
  }

  function share(packets: number): number {
    let known = 0;
    let missing = 0;
    for (let index = newest; index > newest - Math.min(packets, historyPackets); index -= 1) {
      const fate = at(index);
      if (fate === unknown) continue;
      known += 1;
      if (fate === lost) missing += 1;
    }
    // Few known packets are few witnesses: the rest of the window counts as having arrived.
    return missing === 0 ? 0 : missing / Math.max(known, Math.min(packets, minWitnesses));
  }

  return {
    note(sequence, fate) {
      // A whole turn up, so that numbers of packets before it stay positive.
      if (newest === -1) newest = sequence + 0x1_00_00;
      const step = ((sequence - newest) << 16) >> 16;
      const index = newest + step;
      if (Math.abs(step) > restartGap) {
        fates.fill(unknown);
        newest = index + 0x1_00_00;
      } else if (step > 0) advance(index);
      else if (step <= -historyPackets) return;
      fates[index & (historyPackets - 1)] = fate === 'arrived' ? arrived : fate === 'lost' ? lost : unknown;
    },
    lossShare: share,
    get meanBurst() {
      let missing = 0;
      let runs = 0;
      let before = unknown;
      for (let index = newest - historyPackets + 1; index <= newest; index += 1) {
        const fate = at(index);
        if (fate === lost) {
          missing += 1;
          if (before !== lost) runs += 1;
        }
        before = fate;
      }
      return runs === 0 ? 0 : missing / runs;
    },
    residual(offsets, packets) {
      const usual = share(packets);
      if (usual === 0) return 0;
      let known = 0;
      let missing = 0;
      for (let index = newest; index > newest - Math.min(packets, historyPackets); index -= 1) {
        const fate = at(index);
        if (fate === unknown) continue;
        known += 1;
        if (fate !== lost) continue;
        let left = 1;
        // No iterator: this is looked at thousands of times a second.
        for (let i = 0; i < offsets.length; i += 1) {
          const sent = index + (offsets[i] ?? 0);
          const copy = sent > newest ? unknown : at(sent);
          // A copy whose fate is not known yet fares as packets usually do.
          if (copy === arrived) left = 0;
          else if (copy === unknown) left *= usual;
        }
        missing += left;
      }
      return missing / Math.max(known, Math.min(packets, minWitnesses));
    },
  };
}

/** One loss among the first five packets is not 20 %: it is at most this share. */
const minWitnesses = 50;
