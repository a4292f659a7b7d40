/**
 * Whether the line is the voice's alone: people talk, and the path between them carries little else, be it narrow at our end or at theirs, or they have only
 * just begun and nobody knows yet.
 * Whoever has work that can wait asks. What people do themselves, the signalling of calls and what keeps connections alive don't.
 */
export interface LineGate {
  readonly isShut: boolean;
  /** Resolves when it is open; after `patienceMs` in any case, for a call may last for hours. */
  opened(patienceMs: number): Promise<void>;
}

/** Where nobody talks. */
export const openGate: LineGate = { isShut: false, opened: () => Promise.resolve() };
