import type { DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import { encodeRelayAnswer } from '../../tickets/index.ts';
import type { OwnRelay } from './relays.ts';
import { relayCommand } from './relay-wire.ts';

/**
 * Answers who asks for our relay. The answer is longer than the question, so it takes a token: without one only a token is
 * given, and a forged source address gains nothing.
 */
export function createRelayNode(own: () => OwnRelay | null, nowMs: () => number): (request: DhtRequest) => boolean {
  return (request) => {
    if (request.command !== relayCommand) return false;
    const relay = own();
    if (relay === null) request.reply(null, { token: false, closerNodes: false });
    else if (request.token === null) request.reply(null, { token: true, closerNodes: false });
    else {
      const nowS = Math.max(0, Math.floor(nowMs() / 1000));
      request.reply(encodeRelayAnswer({ ...relay, nowS }), { token: false, closerNodes: false });
    }
    return true;
  };
}
