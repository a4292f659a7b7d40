/** Memory that is written again and again, with a view of each length made once: slicing would allocate per packet. */
export interface Scratch {
  /** The first `length` bytes. */
  view(length: number): Buffer;
  readonly bytes: number;
}

export function createScratch(bytes: number): Scratch {
  const memory = Buffer.alloc(bytes);
  const views: (Buffer | undefined)[] = [];
  views.length = bytes + 1;
  return {
    bytes,
    view(length) {
      const known = views[length];
      if (known !== undefined) return known;
      const made = memory.subarray(0, length);
      views[length] = made;
      return made;
    },
  };
}
