import { AppError } from '../../ports/app-error.ts';
import { directoryRecordMaxBytes, type DirectoryStore } from '../directory-store.ts';
import { throwIfAborted } from '../waiting.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { agreedAnswers, agreedNodes, agreedPut, gatewaysNeeded, type Report } from './agree.ts';
import type { Connection } from './pool.ts';
import { decodeAnswer, encodeRequest, unpackAnswers, unpackPut, type GatewayAnswer, type RequestOf } from './requests.ts';

/** A gateway asks some two dozen nodes, twice where one is silent; to store something three times, with pauses. A little more than it takes itself. */
const limitMs = { get: 10_000, put: 22_000, closest: 10_000 };

/** The directory, and where else something is kept, as gateways see it. */
export interface CarriedDirectory extends DirectoryStore {
  /** The closest set of a target. @throws AppError NO_NETWORK, CANCELLED */
  closest(target: Uint8Array, signal: AbortSignal): Promise<readonly HostPort[]>;
}

/** The directory by way of gateways: what counts is what enough of them say alike. */
export function createGatewayDirectory(road: {
  readonly connections: () => readonly Connection[];
  readonly settled: () => Promise<void>;
}): CarriedDirectory {
  const usable = async (): Promise<readonly Connection[]> => {
    // A moment after the first came, it would be the only one to be heard.
    await road.settled();
    const all = road.connections();
    if (all.length === 0) throw new AppError('NO_NETWORK', 'no-gateway');
    return all;
  };

  /** What each of them says; those that say nothing are left out, but were counted. */
  const ask = async <Kind extends 'get' | 'put' | 'closest', T>(
    all: readonly Connection[],
    kind: Kind,
    request: RequestOf<Kind>,
    read: (answer: GatewayAnswer<Kind>) => T | null,
    signal: AbortSignal,
  ): Promise<Report<T>[]> => {
    const body = encodeRequest(request);
    const reports = await Promise.all(
      all.map(async ({ carrier, network }): Promise<Report<T> | null> => {
        const bytes = await carrier.request(body, limitMs[kind], signal).catch(() => null);
        const answer = bytes === null ? null : decodeAnswer(kind, bytes);
        const said = answer === null ? null : read(answer);
        return said === null ? null : { network, said };
      }),
    );
    throwIfAborted(signal);
    return reports.filter((report) => report !== null);
  };

  return {
    async closest(target, signal) {
      const all = await usable();
      const reports = await ask(all, 'closest', { kind: 'closest', target }, ({ nodes }) => nodes, signal);
      const nodes = agreedNodes(reports, gatewaysNeeded(all.length));
      if (nodes.length === 0) throw new AppError('NO_NETWORK', 'gateways-disagree');
      return nodes;
    },
    async get(target, signal) {
      const all = await usable();
      const reports = await ask(all, 'get', { kind: 'get', target }, unpackAnswers, signal);
      const answers = agreedAnswers(reports, gatewaysNeeded(all.length));
      if (answers.length === 0) throw new AppError('NO_NETWORK', 'gateways-disagree');
      return answers;
    },
    async put(target, record, signal) {
      if (record.byteLength > directoryRecordMaxBytes) {
        throw new AppError('BAD_INPUT', 'record-too-large', { bytes: record.byteLength });
      }
      const all = await usable();
      const request = { kind: 'put', target, record } as const;
      // One first: nodes that are asked by all at the same time would have to check the same work several times.
      const first = await ask(all.slice(0, 1), 'put', request, unpackPut, signal);
      const others = await ask(all.slice(1), 'put', request, unpackPut, signal);
      const result = agreedPut([...first, ...others], gatewaysNeeded(all.length));
      if (result.storedBy.length === 0 && result.refusals.length === 0) throw new AppError('NO_NETWORK', 'gateways-disagree');
      return result;
    },
  };
}
