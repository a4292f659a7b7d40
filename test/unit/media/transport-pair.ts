import type { MediaPath } from '../../../preload/contract/index.ts';
import type { IceServer, PathPolicy } from '../../../main/calls/index.ts';
import { systemNet } from '../../../main/media/ice/edge/system-net.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import {
  createDtlsIdentity,
  createMediaTransport,
  type DtlsIdentity,
  type MediaTransport,
  type RemoteDescription,
} from '../../../main/media/transport/index.ts';

export interface End {
  readonly transport: MediaTransport;
  readonly log: string[];
  /** Every way that media went, in order. */
  readonly paths: MediaPath[];
  readonly received: { payload: string; redundant: boolean; sequence: number; timestamp: number }[];
  readonly fates: { sequence: number; sentAtMs: number; wireBytes: number; arrivedAtMs: number }[];
  /** The round trip that came with each feedback message. */
  readonly feedback: (number | null)[];
  readonly descriptions: RemoteDescription[];
}

export interface PairOptions {
  /** Both ends are bound here. */
  readonly address?: string;
  readonly servers?: readonly IceServer[];
  readonly policy?: PathPolicy;
  /** What happens to a description on its way; the identity unless a test plays the man in the middle. */
  readonly tamper?: (description: RemoteDescription, from: 'offerer' | 'answerer') => RemoteDescription;
}

const identities: Promise<readonly [DtlsIdentity, DtlsIdentity]> = Promise.all([createDtlsIdentity(), createDtlsIdentity()]);

/** Two transports on this computer's loopback with real sockets, joined by a signalling that is a function call. */
export async function createTransportPair({
  tamper = (same) => same,
  address = '127.0.0.1',
  servers = [],
  policy = { relayOnly: false },
}: PairOptions = {}) {
  const [identityA, identityB] = await identities;
  const ends: { offerer?: End; answerer?: End } = {};
  let answererOpen = false;
  /** Who begins the round now under way: the offerer at first, either side in a restart. */
  let restarting: 'offerer' | 'answerer' | null = null;

  const create = (role: 'offerer' | 'answerer', identity: DtlsIdentity): End => {
    const log: string[] = [];
    const paths: MediaPath[] = [];
    const received: End['received'] = [];
    const fates: End['fates'] = [];
    const feedback: End['feedback'] = [];
    const descriptions: RemoteDescription[] = [];
    const other = (): MediaTransport | undefined => ends[role === 'offerer' ? 'answerer' : 'offerer']?.transport;
    const transport = createMediaTransport({
      role,
      identity,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      servers,
      policy,
      bindAddresses: [address],
      net: systemNet([address], () => null),
      events: {
        onLocalDescription(sdp, fingerprint) {
          const description = tamper({ sdp, fingerprint }, role);
          descriptions.push(description);
          if (restarting === null && role === 'offerer') {
            answererOpen = true;
            other()?.open(description);
          } else if (restarting === role) other()?.restart(description);
          else other()?.setAnswer(description);
        },
        onLocalCandidate: (line) => {
          if (answererOpen) other()?.addCandidate(line);
        },
        onPathChanged: (kind) => paths.push(kind),
        onUp: () => log.push('up'),
        onInterrupted: () => log.push('interrupted'),
        onClosed: () => log.push('closed'),
        onFailed: (detail) => log.push(`failed: ${detail}`),
        onRtp: (payload, redundant, sequence, timestamp) => {
          received.push({ payload: Buffer.from(payload).toString('utf8'), redundant, sequence, timestamp });
        },
        onPacketFate: (sequence, sentAtMs, wireBytes, arrivedAtMs) => {
          fates.push({ sequence, sentAtMs, wireBytes, arrivedAtMs });
        },
        onFeedback: (_nowMs, roundTripMs) => feedback.push(roundTripMs),
      },
    });
    return { transport, log, paths, received, fates, feedback, descriptions };
  };
  const offerer = create('offerer', identityA);
  const answerer = create('answerer', identityB);
  ends.offerer = offerer;
  ends.answerer = answerer;
  return {
    offerer,
    answerer,
    open: () => offerer.transport.open(null),
    restart: (by: 'offerer' | 'answerer') => {
      restarting = by;
      (by === 'offerer' ? offerer : answerer).transport.restart(null);
    },
    close: async () => {
      await Promise.all([offerer.transport.close(), answerer.transport.close()]);
    },
  };
}
