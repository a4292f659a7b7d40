import type { DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Networks } from '../networks.ts';
import { directoryCommands, encodePutAnswer, heldAnswer, matchesDigest, newcomersAnswer } from './directory-wire.ts';
import type { Shelf } from './shelf.ts';

/**
 * Answers the directory's commands. Without a token only a token and closer nodes are given: a forged source address can't
 * make us send a record to somebody, nor judge one.
 */
export function createDirectoryNode(
  shelf: Shelf,
  networks: Networks,
  ownId: () => Uint8Array | null,
  isNewcomer: () => boolean,
  /** Somebody sees to it that the closest set holds this very record. */
  onConfirmed: (target: Uint8Array) => void,
  log: Logger,
): (request: DhtRequest) => boolean {
  const put = async (request: DhtRequest, target: Uint8Array, record: Uint8Array, id: Uint8Array): Promise<void> => {
    // Copied: the request's bytes are a view into a shared buffer.
    const answer = await shelf.offer(new Uint8Array(target), new Uint8Array(record), networks.network(request.from), id);
    if (answer.stored) onConfirmed(target);
    request.reply(encodePutAnswer(answer), { token: false, closerNodes: false });
  };
  const isHeld = (target: Uint8Array, digest: Uint8Array | null): boolean => {
    const held = digest === null ? null : shelf.get(target);
    return held !== null && digest !== null && matchesDigest(held, digest);
  };
  return (request) => {
    const { command, target, token, value } = request;
    if (command !== directoryCommands.get && command !== directoryCommands.put) return false;
    const id = ownId();
    // As a client we store nothing; falling through answers "unknown command" with closer nodes.
    if (target === null || id === null) return false;
    if (token === null) {
      const isConfirmed = command === directoryCommands.put && isHeld(target, value);
      if (isConfirmed) onConfirmed(target);
      request.reply(isConfirmed ? heldAnswer : null, { token: true, closerNodes: true });
    } else if (command === directoryCommands.get) {
      const nothing = isNewcomer() ? newcomersAnswer : null;
      request.reply(shelf.get(target) ?? nothing, { token: false, closerNodes: false });
    } else if (value !== null) {
      put(request, target, value, id).catch((error: unknown) => {
        log.error('put-failed', { detail: error instanceof Error ? error.message : String(error) });
      });
    }
    return true;
  };
}
