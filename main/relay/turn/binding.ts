import { attribute, numberOf, type StunMessage } from '../../stun/index.ts';
import type { Answers, Asked, Content } from './answers.ts';
import type { Arrival } from './client-path.ts';

/** Flags of CHANGE-REQUEST (RFC 5780 §7.2). */
const changeHostFlag = 0x4;
const changePortFlag = 0x2;

/** Whether a Binding request with CHANGE-REQUEST can be answered at all: not on a connection. */
export const canChange = ({ path }: Asked): boolean => path.arrival !== null;

/**
 * Tells a client its address (RFC 8489) and, as far as its request is as long as the answer, what it needs to find out how its
 * router behaves: RESPONSE-ORIGIN and OTHER-ADDRESS (RFC 5780 §7.3, §7.4). A client that wants them makes its request longer.
 *
 * A bare answer is given always, 12 (IPv6: 24) bytes longer than the shortest request: less is no answer.
 *
 * @returns false where it asked for an address that there is not: CHANGE-REQUEST is to be refused as unknown (RFC 5780 §6.1)
 */
export function answerBinding(asked: Asked, answers: Answers): boolean {
  const { path, message } = asked;
  const from = originOf(path.arrival, message);
  if (from === null && path.arrival !== null) return false;
  const bare: Content = (writer) => writer.address(attribute.xorMappedAddress, path.address);
  const full: Content = (writer) => {
    bare(writer);
    if (from === null || path.arrival === null) return;
    writer.plainAddress(attribute.responseOrigin, from.address);
    const other = path.arrival.otherHost?.otherPort ?? path.arrival.otherPort;
    if (other !== null) writer.plainAddress(attribute.otherAddress, other.address);
  };
  let frame = answers.written(asked, 'success', full);
  if (frame !== null && path.transport === 'udp' && frame.end > message.bytes.length) {
    frame.release();
    frame = answers.written(asked, 'success', bare);
  }
  if (frame === null) return true;
  if (from === null || from === path.arrival) path.send(frame);
  else from.sendTo(frame, path.address);
  return true;
}

/** Where the answer is to come from. Null: from an address that there is not, or there are no addresses to choose from. */
function originOf(arrival: Arrival | null, message: StunMessage): Arrival | null {
  const flags = numberOf(message, attribute.changeRequest) ?? 0;
  const isOtherPort = (flags & changePortFlag) !== 0;
  if ((flags & changeHostFlag) === 0) return isOtherPort ? (arrival?.otherPort ?? null) : arrival;
  const otherHost = arrival?.otherHost ?? null;
  return isOtherPort ? (otherHost?.otherPort ?? null) : (otherHost?.samePort ?? null);
}
