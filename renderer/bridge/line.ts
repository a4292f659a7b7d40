import type { BridgeWire } from '../../preload/contract/index.ts';

/** Why a line ended: engine: it fell and is being restarted; lost: unknown; over: the app ended or moved to another window. */
export type LineEnd = 'engine' | 'lost' | 'over';

/** One connection to the engine, as long as it lasts. */
export interface Line {
  readonly wire: BridgeWire;
  /** Settles when the line ends. */
  readonly ended: Promise<LineEnd>;
  close(): void;
}

/** Collects the listeners that a wire is given and what came before them. */
export function createWire(send: (text: string) => void): {
  readonly wire: BridgeWire;
  readonly ended: Promise<LineEnd>;
  readonly hear: (text: string) => void;
  readonly end: (reason: LineEnd) => void;
} {
  const hearing: ((text: string) => void)[] = [];
  const closing: (() => void)[] = [];
  let over = false;
  let settle: ((reason: LineEnd) => void) | null = null;
  const ended = new Promise<LineEnd>((resolve) => (settle = resolve));
  return {
    wire: {
      send: (text) => {
        if (!over) send(text);
      },
      onText: (listener) => void hearing.push(listener),
      onClose: (listener) => void closing.push(listener),
    },
    ended,
    hear(text) {
      for (const listener of hearing) listener(text);
    },
    end(reason) {
      if (over) return;
      over = true;
      for (const listener of closing) listener();
      settle?.(reason);
    },
  };
}
