import type { Random } from '../../../main/ports/random.ts';

const hourMs = 3_600_000;

/** Guha, Daswani and Jain (2006), of Skype's supernodes. They print the median; a heavy tail is what others found of peers' sessions. */
const medianMs = 5.5 * hourMs;
/** Weibull's, after Stutzbach and Rejaie (2006): below 1, whoever has been there for long stays for long. */
const shape = 0.6;
const scaleMs = medianMs / Math.LN2 ** (1 / shape);

/** A supernode's session from its start, milliseconds. */
export const sessionMs = (random: Random): number => scaleMs * (-Math.log(1 - random.fraction())) ** (1 / shape);

const drawn = 64;

/** What is left of the session of a node that is met at any time: long sessions are met more often. */
export function restOfSessionMs(random: Random): number {
  const sessions = Array.from({ length: drawn }, () => sessionMs(random));
  let at = random.fraction() * sessions.reduce((sum, session) => sum + session, 0);
  for (const session of sessions) {
    if (at < session) return at;
    at -= session;
  }
  return medianMs;
}
