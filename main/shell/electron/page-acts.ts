import type { OpenedLink, ShellAct } from '../../../preload/contract/index.ts';

export interface PageActs {
  /** To the page, if it listens by now. */
  tell(act: ShellAct): void;
  /** A link that the system opened us by: to the page, or kept until it listens. The latest one: nobody waits for the one before. */
  open(opened: OpenedLink): void;
  /** The page hears from now on. */
  listening(): void;
  /** It is gone, or loads anew. */
  deaf(): void;
}

/** What the shell has to tell its page, which may not be there yet. */
export function createPageActs(send: (act: ShellAct) => void): PageActs {
  let isListening = false;
  let waiting: OpenedLink | null = null;
  return {
    tell(act) {
      if (isListening) send(act);
    },
    open(opened) {
      if (isListening) send({ kind: 'link', opened });
      else waiting = opened;
    },
    listening() {
      isListening = true;
      if (waiting !== null) send({ kind: 'link', opened: waiting });
      waiting = null;
    },
    deaf() {
      isListening = false;
    },
  };
}
