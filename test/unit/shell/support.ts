import type { Port } from '../../../main/ports/message-port.ts';

/** Reads a port's messages one after the other. */
export interface Mailbox {
  next(): Promise<{ message: unknown; ports: readonly Port[] }>;
}

export function mailbox(port: Port): Mailbox {
  const queue: { message: unknown; ports: readonly Port[] }[] = [];
  let wake: (() => void) | null = null;
  port.onMessage((message, ports) => {
    queue.push({ message, ports });
    wake?.();
  });
  return {
    async next() {
      for (;;) {
        const first = queue.shift();
        if (first !== undefined) return first;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

export const closed = (port: Port): Promise<void> => new Promise((resolve) => port.onClose(resolve));

/** Asks until the answer satisfies; the test's own timeout is the bound. */
export async function eventually<T>(ask: () => Promise<T> | T, satisfies: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
