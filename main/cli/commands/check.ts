import type { CheckLine, CheckOutcome } from '../../../preload/contract/index.ts';
import { checkAdvice, checkOutcome, checkSeen, checkTitles, soundlessLines } from '../check-words.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

const exits: Readonly<Record<CheckOutcome, ExitCode>> = {
  direct: exitCode.ok,
  relayed: exitCode.relayedOnly,
  partial: exitCode.someCallsOnly,
  blocked: exitCode.call,
  offline: exitCode.network,
};

const widestTitle = Math.max(...Object.values(checkTitles).map((title) => title.length));
const widestVerdict = 'not-checked'.length;

/** "Can I call?": a line for each finding as soon as it is known, then what it comes to. */
export async function check({ engine, output, signal }: CommandContext, showAddress: boolean): Promise<ExitCode> {
  const tell = (found: CheckLine): void => {
    const line = showAddress || found.id !== 'router' ? found : { ...found, figures: { ...found.figures, address: null } };
    const seen = checkSeen(line);
    const next = checkAdvice[line.advice];
    output.say(
      'finding',
      { ...line, seen, do: next },
      `${checkTitles[line.id].padEnd(widestTitle)}  ${line.verdict.padEnd(widestVerdict)}  ${seen}${next === null ? '' : `\n${' '.repeat(widestTitle + 2)}${next}`}`,
    );
  };
  for await (const event of await engine.client.network.check(undefined, { signal })) {
    if (event.type === 'line') {
      tell(event.line);
      continue;
    }
    for (const line of soundlessLines) tell(line);
    output.say('summary', { outcome: event.outcome, says: checkOutcome[event.outcome] }, checkOutcome[event.outcome]);
    return exits[event.outcome];
  }
  return signal.aborted ? exitCode.interrupted : exitCode.internal;
}
