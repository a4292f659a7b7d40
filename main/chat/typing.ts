import type { Clock, Timer } from '../ports/clock.ts';

/** While somebody goes on writing it is said again this often… */
const sayEveryMs = 3_000;
/** …and believed for so long. */
const believedMs = 6_000;

/** Who is writing to whom, this moment. Says it seldom, forgets it soon. */
export interface Typing<Person> {
  /** We press keys. True: tell them. */
  press(to: Person): boolean;
  /** What we wrote is sent: the next key is news again. */
  sent(to: Person): void;
  heard(from: Person): void;
  /** Their message is there, or they are gone. */
  done(from: Person): void;
  isTyping(person: Person): boolean;
  stop(): void;
}

/** @param onChanged somebody began or ended */
export function createTyping<Person>(clock: Clock, onChanged: (person: Person) => void): Typing<Person> {
  const saidMs = new Map<Person, number>();
  const writing = new Map<Person, Timer>();
  const done = (from: Person): void => {
    const timer = writing.get(from);
    if (timer === undefined) return;
    timer.cancel();
    writing.delete(from);
    onChanged(from);
  };
  return {
    press(to) {
      const nowMs = clock.monotonicMs();
      if (nowMs - (saidMs.get(to) ?? -sayEveryMs) < sayEveryMs) return false;
      saidMs.set(to, nowMs);
      return true;
    },
    sent: (to) => void saidMs.delete(to),
    heard(from) {
      const before = writing.get(from);
      before?.cancel();
      writing.set(
        from,
        clock.setTimer(believedMs, () => done(from)),
      );
      if (before === undefined) onChanged(from);
    },
    done,
    isTyping: (person) => writing.has(person),
    stop() {
      for (const timer of writing.values()) timer.cancel();
      writing.clear();
    },
  };
}
