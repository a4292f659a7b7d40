import type { Impairment } from './impairment.ts';
import type { WireTrace } from './wire-trace.ts';

/** Joins two homes, and does to their packets what it is told. */
export interface Cable {
  /** From now on the cable does this, and nothing of what it did before. Resolves once it does. */
  impair(impairment: Impairment): Promise<void>;
  /** What went into it since this was last asked. */
  trace(): Promise<WireTrace>;
  /** Ends it. */
  unplug(): Promise<void>;
}
