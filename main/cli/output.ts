/** What a command says: one JSON object per line for programs, or a sentence for people. Logs go to stderr elsewhere. */
export interface Output {
  /** @param sentence what a person reads; null where only programs care */
  say(event: string, fields: Readonly<Record<string, unknown>>, sentence: string | null): void;
}

export function createOutput(json: boolean, write: (text: string) => void): Output {
  return {
    say(event, fields, sentence) {
      if (json) write(`${JSON.stringify({ event, ...fields })}\n`);
      else if (sentence !== null) write(`${sentence}\n`);
    },
  };
}
