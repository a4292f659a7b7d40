import type { IceServer } from '../../calls/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { TransportAddress } from '../../stun/index.ts';
import type { IceNet, TurnLink } from '../ice/ice-net.ts';
import { TurnSession } from '../ice/turn-client/turn-session.ts';

/** What came of carrying bytes over one way through one relay. */
export type TrialResult =
  | { readonly ok: true; readonly allocationMs: number; readonly echoMs: number }
  | { readonly ok: false; readonly stoppedAt: 'silent' | 'refused' | 'lost' };

export interface TrialParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly net: IceNet;
}

/** Connecting with TLS takes three round trips, allocating two, the channel one, and a packet of them may be lost. */
const limitMs = 2_500;
/** The packet that is sent around, repeated in case it is lost: about as long as one of a voice. */
const echoBytes = 100;
const echoEveryMs = 200;

/**
 * A real allocation over one way to a relay, and a packet that goes to the allocation's own address and so comes back: out over
 * the way, through the relay, and in over the way. Given back when it is over, however it ends.
 */
export function tryRelay(server: IceServer, { clock, random, net }: TrialParts, signal: AbortSignal): Promise<TrialResult> {
  return new Promise((resolve) => {
    const startMs = clock.monotonicMs();
    const packet = Buffer.from(random.bytes(echoBytes));
    // Above 63, so that it is neither STUN, DTLS, nor a channel's (RFC 7983 §7).
    packet.writeUInt8(0x80, 0);
    let link: TurnLink | null = null;
    let session: TurnSession | null = null;
    let stoppedAt: 'silent' | 'refused' | 'lost' = 'silent';
    let isOver = false;
    let repeat: Timer | null = null;
    const limit = clock.setTimer(limitMs, () => stop());

    const finish = (result: TrialResult): void => {
      if (isOver) return;
      isOver = true;
      limit.cancel();
      repeat?.cancel();
      signal.removeEventListener('abort', stop);
      session?.close();
      link?.close();
      resolve(result);
    };
    const stop = (): void => finish({ ok: false, stoppedAt });
    const sendAround = (own: TransportAddress, sentMs: { value: number }): void => {
      sentMs.value = clock.monotonicMs();
      session?.peer(own)?.send(packet, packet.length);
      repeat = clock.setTimer(echoEveryMs, () => sendAround(own, sentMs));
    };
    const opened = (to: TurnLink): void => {
      link = to;
      let allocationMs = 0;
      const sentMs = { value: 0 };
      session = new TurnSession({
        clock,
        random,
        username: server.username ?? '',
        password: server.credential ?? '',
        isReliable: to.isReliable,
        send: (bytes, length) => to.send(bytes, length),
        onAllocated([own]) {
          allocationMs = clock.monotonicMs() - startMs;
          stoppedAt = 'lost';
          if (own !== undefined) sendAround(own, sentMs);
        },
        onPacket(bytes) {
          if (packet.equals(bytes)) finish({ ok: true, allocationMs, echoMs: clock.monotonicMs() - sentMs.value });
        },
        onGone: (code) => finish({ ok: false, stoppedAt: code === null ? stoppedAt : 'refused' }),
      });
      session.start();
    };

    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    net.openLink(
      server,
      {
        frame: (bytes) => session?.receive(bytes),
        trouble: () => finish({ ok: false, stoppedAt }),
        closed: () => finish({ ok: false, stoppedAt }),
      },
      (to) => {
        if (to === null) finish({ ok: false, stoppedAt });
        else if (isOver) to.close();
        else opened(to);
      },
    );
    return undefined;
  });
}
