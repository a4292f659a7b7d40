import { createCalls, type Calls } from '../calls/index.ts';
import { createAccount, linkIdentityOf } from '../identity/index.ts';
import type { Overlay, People } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { MediaLink } from './media-link.ts';
import { relaysOfCalls } from './relays-of-calls.ts';
import type { Wires } from './wires.ts';

/** Where echo services announce themselves. */
export const echoTopic = 'lilliput/echo/1';

/** Finds an echo service and holds a session to it. @throws AppError NO_ECHO_SERVICE, CANCELLED */
export async function visitEcho(people: People, signal: AbortSignal): Promise<string> {
  try {
    return (await people.visitService(echoTopic, signal)).account;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_REACHABLE') {
      throw new AppError('NO_ECHO_SERVICE', 'nobody offers an echo service now');
    }
    throw error;
  }
}

export interface EchoParts {
  readonly overlay: Overlay;
  readonly wires: Wires;
  readonly media: MediaLink;
  /** For laboratories: relays may stand on 127.x. */
  readonly allowLoopback: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A sound test takes a sentence or two; the next visitor is waiting. */
const maxEchoCallMs = 120_000;

/** One visitor can't keep the echo service for ever. Returns what lifts the limit. */
export function limitEchoCalls(calls: Calls, clock: Clock): () => void {
  const timers = new Map<string, Timer>();
  const unlisten = calls.onChange(({ id, direction, phase }) => {
    if (phase === 'ended') {
      timers.get(id)?.cancel();
      timers.delete(id);
    } else if (direction === 'in' && !timers.has(id))
      timers.set(
        id,
        clock.setTimer(maxEchoCallMs, () => calls.hangUp(id)),
      );
  });
  return () => {
    unlisten();
    for (const timer of timers.values()) timer.cancel();
  };
}

/** The echo service of a node without an account: a passing identity that is stored nowhere and answers every call. */
export async function hostEcho({
  overlay,
  wires,
  media,
  clock,
  random,
  logger,
  allowLoopback,
}: EchoParts): Promise<() => Promise<void>> {
  const identity = linkIdentityOf(await createAccount('echo', { random, nowMs: clock.nowMs() }));
  await overlay.people.setIdentity(identity, null);
  const calls = createCalls({
    wire: wires.calls,
    media,
    clock,
    random,
    misbehaved: (peer, reason) => overlay.people.disconnect(peer, reason),
    log: logger.child('echo'),
    self: () => identity.account,
    volumeOf: () => 1,
    nameOf: () => '',
    relays: relaysOfCalls(overlay, () => identity, allowLoopback),
    openMediaPath: (key) => overlay.people.openMediaPath(key),
    admit: () => 'echo',
  });
  const unlimit = limitEchoCalls(calls, clock);
  return async () => {
    unlimit();
    calls.stop();
    await overlay.people.setIdentity(null, null);
  };
}
