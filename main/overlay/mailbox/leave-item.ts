import type { NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import type { MailboxRefusal, OutgoingItem } from '../mailbox-store.ts';
import {
  decodeAnswer,
  encodeFirstPart,
  encodeLaterPart,
  mailboxCommands,
  partCount,
  partRange,
  type DepositAnswer,
} from './mailbox-wire.ts';
import type { KeeperVisits } from '../directory/keeper-visits.ts';

/** Parts on the way to one keeper at a time; twenty keepers are served side by side. */
const partsInFlight = 4;
/** A keeper that gave up what had begun is begun with again, so often. */
const rounds = 3;

/** Leaves an item at one keeper. Null: it doesn't answer. */
export async function leaveItem(
  visits: KeeperVisits,
  at: NodeAddress,
  target: Uint8Array,
  { id, slip, sealed }: OutgoingItem,
  isCancelled: () => boolean,
): Promise<'stored' | MailboxRefusal | null> {
  const part = (index: number): Uint8Array => sealed.subarray(...partRange(index, sealed.byteLength));
  const say = async (message: Uint8Array): Promise<DepositAnswer | null> =>
    decodeAnswer(await visits.ask(at, mailboxCommands.deposit, target, () => message));
  let answer: DepositAnswer | null = null;

  const sendFrom = async (next: () => number | null): Promise<void> => {
    for (let index = next(); index !== null; index = next()) {
      // oxlint-disable-next-line no-await-in-loop -- a window of parts: each lane waits for its own
      const said = await say(encodeLaterPart(id, index, part(index)));
      // The last part's answer is the item's; it may overtake the others'.
      if (said !== 'more') answer = answer === 'stored' ? answer : said;
      if (said !== 'more' && said !== 'stored') return;
    }
  };

  for (let round = 0; round < rounds && !isCancelled(); round++) {
    // oxlint-disable-next-line no-await-in-loop -- one round after the other
    const first = await say(encodeFirstPart(slip, part(0)));
    if (first === null) return null;
    if (first !== 'more' && first !== 'again') return first;
    answer = null;
    let begun = 1;
    const next = (): number | null => (begun < partCount(sealed.byteLength) && !isCancelled() ? begun++ : null);
    // oxlint-disable-next-line no-await-in-loop -- likewise
    await Promise.all(Array.from({ length: partsInFlight }, () => sendFrom(next)));
    if (answer !== null && answer !== 'again' && answer !== 'more') return answer;
  }
  return null;
}
