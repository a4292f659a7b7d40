import type { RouterFigures } from '../../../preload/contract/index.ts';
import type { Family, TransportAddress } from '../../stun/index.ts';
import { canonical } from '../ice/candidate.ts';
import type { UdpSocket } from '../ice/ice-net.ts';
import type { NetworkCheck } from '../media-client.ts';
import type { NetworkFigures } from '../protocol.ts';
import { answerFrom, BindingAsker, type BindingAnswer } from './binding-asker.ts';
import type { TrialParts } from './relay-trial.ts';
import { tryRelays } from './relay-trials.ts';
import { routerKind } from './router-kind.ts';

export interface CheckParts extends TrialParts {
  /** Sockets leave from here; null: from wherever the system likes. */
  readonly bindAddresses: readonly string[] | null;
}

/**
 * Looks at the network by the sockets and the TURN client that calls use. Everything has its own limit (binding-asker.ts,
 * relay-trial.ts): with what waits for something else it is over within 5 s.
 */
export async function checkNetwork(
  check: NetworkCheck,
  parts: CheckParts,
  tell: (line: NetworkFigures) => void,
  signal: AbortSignal,
): Promise<void> {
  const servers = check.stun.flatMap(({ address, port }) => canonical(address, port) ?? []);
  const ofFamily = (family: Family): TransportAddress[] => servers.filter((server) => server.family === family);
  const hasAddress = parts.net.hostAddresses().some(isOfInternet);
  const lookOverIpv4 = async (): Promise<Seen> => {
    const seen = await askAll(ofFamily(4), 4, parts, signal);
    tell({ id: 'udp', figures: { asked: seen.asked, answered: seen.answers.length, quickestMs: quickest(seen.answers) } });
    return seen;
  };
  const lookOutside = async (): Promise<void> => {
    const [four, six] = [lookOverIpv4(), hasAddress ? askAll(ofFamily(6), 6, parts, signal) : nobody(0)];
    const lookAtIpv6 = async (): Promise<void> => {
      const { asked, answers } = await six;
      const hasIpv4 = (await four).answers.length > 0;
      tell({ id: 'ipv6', figures: { hasAddress, asked, answered: answers.length, hasIpv4 } });
    };
    const lookBack = async (): Promise<void> => tell({ id: 'router', figures: await lookAtRouter(await four, parts, signal) });
    await Promise.all([lookAtIpv6(), lookBack()]);
  };
  const carry = async (): Promise<void> => tell({ id: 'relay', figures: await tryRelays(check.relays, parts, signal) });
  await Promise.all([lookOutside(), carry()]);
}

/** Global unicast (RFC 4291 §2.4): all that is given out in the internet so far. */
const isOfInternet = (host: string): boolean => /^[23][0-9a-f]{3}:/iu.test(host);

/** What a server tells that listens on all its addresses and knows none. */
const isNowhere = (host: string): boolean => host === '0.0.0.0' || host === '::';

const quickest = (answers: readonly BindingAnswer[]): number | null =>
  answers.length === 0 ? null : Math.min(...answers.map(({ rttMs }) => rttMs));

interface Seen {
  readonly asked: number;
  readonly answers: readonly BindingAnswer[];
  /** Who answered, in the same order. */
  readonly servers: readonly TransportAddress[];
  readonly localPort: number;
  /** As the other place of the first that answered sees us. */
  readonly elsewhere: TransportAddress | null;
}

const nobody = (asked: number): Seen => ({ asked, answers: [], servers: [], localPort: 0, elsewhere: null });

/** One socket asks all servers, and a second place of the first that has one. */
async function askAll(
  servers: readonly TransportAddress[],
  family: Family,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<Seen> {
  if (servers.length === 0) return nobody(0);
  const seen = await withSocket(family, parts, signal, async (asker, { address }) => {
    const all = await Promise.all(
      servers.map(async (server) => ({ server, answer: await asker.ask(server, answerFrom.samePlace) })),
    );
    const answered = all.flatMap(({ server, answer }) => (answer === null ? [] : [{ server, answer }]));
    const two = answered.find(({ answer }) => answer.other !== null);
    // At the same host: nobody sends us to an address of somebody else's, or into our own network.
    const other = two === undefined ? null : { ...two.server, port: two.answer.other?.port ?? two.server.port };
    const elsewhere = other === null ? null : await asker.ask(other, answerFrom.samePlace);
    return {
      asked: servers.length,
      answers: answered.map(({ answer }) => answer),
      servers: answered.map(({ server }) => server),
      localPort: address.port,
      elsewhere: elsewhere?.mapped ?? null,
    };
  });
  return seen ?? nobody(servers.length);
}

/** Whether answers from elsewhere get in is asked from a socket that has written nowhere else. */
async function lookAtRouter(seen: Seen, parts: CheckParts, signal: AbortSignal): Promise<RouterFigures> {
  const index = seen.answers.findIndex(({ other }) => other !== null);
  const [server, other] = [seen.servers[index], seen.answers[index]?.other ?? null];
  const arrives = async (from: (typeof answerFrom)[keyof typeof answerFrom]): Promise<boolean> =>
    server !== undefined &&
    (await withSocket(4, parts, signal, async (asker) => (await asker.ask(server, from)) !== null)) === true;
  const hasOtherHost = server !== undefined && other !== null && other.host !== server.host && !isNowhere(other.host);
  const [fromOtherHost, fromOtherPort] = await Promise.all([
    hasOtherHost ? arrives(answerFrom.otherHostAndPort) : null,
    server === undefined ? null : arrives(answerFrom.otherPort),
  ]);
  return routerKind({
    localPort: seen.localPort,
    ownHosts: parts.net.hostAddresses(),
    mapped: [...seen.answers.map(({ mapped }) => mapped), ...(seen.elsewhere === null ? [] : [seen.elsewhere])],
    fromOtherHost,
    fromOtherPort,
  });
}

/** Null: there can be no socket of that family here. */
function withSocket<Result>(
  family: Family,
  { net, clock, random, bindAddresses }: CheckParts,
  signal: AbortSignal,
  work: (asker: BindingAsker, socket: UdpSocket) => Promise<Result>,
): Promise<Result | null> {
  const anywhere = family === 6 ? '::' : '0.0.0.0';
  const host = bindAddresses?.find((address) => address.includes(':') === (family === 6)) ?? anywhere;
  return new Promise((resolve, reject) => {
    let asker: BindingAsker | null = null;
    net.openUdp(host, { message: (bytes) => asker?.receive(bytes) }, (socket) => {
      if (socket === null || signal.aborted) {
        socket?.close();
        return resolve(null);
      }
      const asking = new BindingAsker(clock, random, (bytes, length, to) => socket.send(bytes, length, to));
      asker = asking;
      const stop = (): void => asking.stop();
      signal.addEventListener('abort', stop);
      work(asking, socket)
        .finally(() => {
          signal.removeEventListener('abort', stop);
          asking.stop();
          socket.close();
        })
        .then(resolve, reject);
    });
  });
}
