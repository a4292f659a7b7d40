import { setFlagsFromString } from 'node:v8';

export const v8Flags = [
  /**
   * A number with a fraction that goes from one function to another is an object on the heap, unless V8 compiles the two as one. A
   * packet's way leads through more functions than V8 joins by default (920 bytes of code), so each packet left dozens of such
   * objects; and code that runs fifty times a second became fast only after a minute.
   */
  '--max-inlined-bytecode-size=1000',
  '--max-inlined-bytecode-size-cumulative=4000',
  '--reserve-inline-budget-scale-factor=3',
  '--invocation-count-for-turbofan=1000',
  /**
   * Young objects are tidied up by this thread alone: there is a third of a millisecond of work, and on a busy computer helpers come
   * late (measured beside two busy threads: pauses of up to 5 ms with them, of 1 to 2 ms without).
   */
  '--no-parallel-scavenge',
] as const;

/**
 * For this thread's whole process, which in the shells without Electron is the engine's too. Before anything of the 10 ms path runs:
 * what is compiled already stays as it is. What V8 had cached of Node's own modules is made anew, some 20 ms once.
 */
export function tuneV8(): void {
  for (const flag of v8Flags) setFlagsFromString(flag);
}
