/** Two paths to the same place are rarely further apart; werift sends a flight again after a second at the earliest. */
const repeatWithinMs = 300;
/** A flight is at most six datagrams, and there are two ways for each. */
const kept = 16;
/** RFC 6347 §4.1 and §4.2.2: a record's header, and the types that matter here. */
const recordHeaderBytes = 13;
const handshakeRecord = 22;
const helloVerifyRequest = 3;

/**
 * Keeps from werift what it takes for an attack or dies of: a datagram that came twice, because two paths were tried with it, and
 * at the client a second HelloVerifyRequest, the answer to a ClientHello that was said again while the first was on its way.
 */
export function createRepeatFilter(role: 'client' | 'server'): (datagram: Buffer, nowMs: number) => boolean {
  const recent: { readonly datagram: Buffer; readonly atMs: number }[] = [];
  let isVerified = false;
  return (datagram, nowMs) => {
    if (role === 'client' && datagram[0] === handshakeRecord && datagram[recordHeaderBytes] === helloVerifyRequest) {
      if (isVerified) return true;
      isVerified = true;
    }
    if (recent.some((other) => nowMs - other.atMs < repeatWithinMs && other.datagram.equals(datagram))) return true;
    recent.push({ datagram: Buffer.from(datagram), atMs: nowMs });
    if (recent.length > kept) recent.shift();
    return false;
  };
}
