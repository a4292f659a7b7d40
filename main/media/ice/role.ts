import type { Random } from '../../ports/random.ts';

/** Who of both nominates. The signalling says it, and the sides settle it where that went wrong (RFC 8445 §7.3.1.1). */
export class Role {
  isControlling: boolean;
  readonly tieBreaker: bigint;

  constructor(isControlling: boolean, random: Random) {
    this.isControlling = isControlling;
    this.tieBreaker = Buffer.from(random.bytes(8)).readBigUInt64BE(0);
  }

  get name(): 'controlling' | 'controlled' {
    return this.isControlling ? 'controlling' : 'controlled';
  }

  /** A check of theirs says what they think to be. @returns true if it is they who have to change */
  isConflict(theirs: { readonly role: 'controlling' | 'controlled'; readonly tieBreaker: bigint }): boolean {
    if (theirs.role !== this.name) return false;
    const isOursLarger = this.tieBreaker >= theirs.tieBreaker;
    if (isOursLarger === this.isControlling) return true;
    this.isControlling = !this.isControlling;
    return false;
  }

  /** They refused what we said to be in that check; unless another answer made us change already (RFC 8445 §7.2.5.1). */
  refused(said: 'controlling' | 'controlled'): void {
    if (said === this.name) this.isControlling = !this.isControlling;
  }
}
