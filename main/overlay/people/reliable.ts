/** A message with its place in its protocol's row: 1, 2, 3, … */
export interface Numbered {
  readonly sequence: number;
  readonly message: Uint8Array;
}

/** What was sent and not yet acknowledged, in order: it goes out again on the next link. */
export class Outbox {
  #last = 0;
  #bytes = 0;
  #waiting: Numbered[] = [];

  get bytes(): number {
    return this.#bytes;
  }

  get waiting(): readonly Numbered[] {
    return this.#waiting;
  }

  add(message: Uint8Array): Numbered {
    this.#last += 1;
    const numbered = { sequence: this.#last, message };
    this.#waiting.push(numbered);
    this.#bytes += message.byteLength;
    return numbered;
  }

  /** The other side has everything up to `sequence`. False: it says so of what was never sent. */
  acknowledge(sequence: number): boolean {
    if (sequence > this.#last) return false;
    let count = 0;
    for (const numbered of this.#waiting) {
      if (numbered.sequence > sequence) break;
      this.#bytes -= numbered.message.byteLength;
      count += 1;
    }
    this.#waiting = this.#waiting.slice(count);
    return true;
  }
}

/** What arrived: each message once, in order, whatever is sent again. */
export class Inbox {
  #received = 0;

  /** Everything up to here has been delivered. */
  get received(): number {
    return this.#received;
  }

  /** `gap`: one before it is missing, which an ordered link can't do by itself. */
  accept(sequence: number): 'deliver' | 'duplicate' | 'gap' {
    if (sequence <= this.#received) return 'duplicate';
    if (sequence > this.#received + 1) return 'gap';
    this.#received = sequence;
    return 'deliver';
  }
}
