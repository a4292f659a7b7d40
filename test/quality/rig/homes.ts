import type { Cable } from '../wire/cable.ts';
import type { Impairment } from '../wire/impairment.ts';
import type { HomeUsage } from './home-usage.ts';

/** The two ends of the cable. */
export type End = 'a' | 'b';
export const ends = ['a', 'b'] as const;
export const otherEnd = (end: End): End => (end === 'a' ? 'b' : 'a');

/** Where one end's programs run. */
export interface Home {
  readonly end: End;
  readonly address: string;
  /** Put before a command line, it runs that command in this home. */
  readonly inside: readonly string[];
  /** Programs of this home get it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its overlay listens, and how the other home finds it; `address:port`. */
  readonly overlay: { readonly listen: string; readonly found: string };
  /** Of everything that runs in it: shell with engine and media, and every process of the browser. */
  usage(): Promise<HomeUsage>;
}

/**
 * What the cable is made of. `namespaces`: two hosts, and whatever they send to each other goes through it. `in-process`: one
 * host, and our own processes hold back or lose their datagrams themselves; nothing else is impaired.
 */
export type CableKind = 'namespaces' | 'in-process';

export interface Homes {
  readonly kind: CableKind;
  readonly a: Home;
  readonly b: Home;
  /** One at a time, before anything is started in them. */
  plugCable(impairment: Impairment): Promise<Cable>;
  remove(): Promise<void>;
}
