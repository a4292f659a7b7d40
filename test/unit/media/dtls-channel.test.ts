import { describe, expect, it } from 'vitest';
import type { IceAgent } from '../../../main/media/ice/ice-agent.ts';
import { openDtls } from '../../../main/media/transport/dtls-channel.ts';
import { createDtlsIdentity } from '../../../main/media/transport/index.ts';

type Deliver = (data: Buffer) => void;

/**
 * Two ends of a path of which only the datagrams matter here; `way` says how often and when each arrives, `isOpen` whether an
 * end has a path at all.
 */
function createPath(way: (datagram: Buffer, arrive: Deliver) => void, isOpen: (end: 0 | 1) => boolean = () => true) {
  const listeners: [Deliver[], Deliver[]] = [[], []];
  const endOf = (own: 0 | 1): IceAgent => {
    const other = own === 0 ? 1 : 0;
    const end = {
      get path() {
        return isOpen(own) ? 'direct' : null;
      },
      send(data: Buffer, length = data.length) {
        if (!isOpen(own)) return;
        const datagram = Buffer.from(data.subarray(0, length));
        way(datagram, (arriving) => {
          for (const listener of listeners[other]) listener(arriving);
        });
      },
      onData: (listener: Deliver) => void listeners[own].push(listener),
    };
    // DTLS uses nothing else of it.
    return end as unknown as IceAgent;
  };
  return { server: endOf(0), client: endOf(1) };
}

/** @param serverOpensMs the server has no path before */
async function shakeHands(way: (datagram: Buffer, arrive: Deliver) => void, serverOpensMs = 0): Promise<readonly string[]> {
  let isServerOpen = serverOpensMs === 0;
  const path = createPath(way, (end) => end === 1 || isServerOpen);
  const [serverIdentity, clientIdentity] = await Promise.all([createDtlsIdentity(), createDtlsIdentity()]);
  const open = (role: 'client' | 'server') =>
    new Promise<string>((resolve) => {
      const channel = openDtls({
        identity: role === 'server' ? serverIdentity : clientIdentity,
        role,
        ice: path[role],
        remoteFingerprint: (role === 'server' ? clientIdentity : serverIdentity).fingerprint,
        nowMs: () => performance.now(),
        onData: () => undefined,
        onReady: ({ exporter }) => resolve(exporter.toString('hex')),
        onFailed: resolve,
      });
      if (role === 'client' || isServerOpen) return channel.connect();
      setTimeout(() => {
        isServerOpen = true;
        channel.connect();
      }, serverOpensMs);
    });
  return Promise.all([open('server'), open('client')]);
}

const isHello = (datagram: Buffer): boolean => datagram[0] === 22 && datagram[13] === 1;

describe('the handshake of DTLS', () => {
  it('comes about where every datagram goes two ways', async () => {
    const [server, client] = await shakeHands((datagram, arrive) => {
      setTimeout(() => arrive(datagram), 1);
      setTimeout(() => arrive(Buffer.from(datagram)), 8);
    });
    expect(server).toMatch(/^[0-9a-f]{64}$/u);
    expect(client).toBe(server);
  });

  it('needs no second try where the client’s first word comes before the server has a path', async () => {
    let hellos = 0;
    let hellosBeforeAnswer = 0;
    const [server, client] = await shakeHands((datagram, arrive) => {
      hellos += isHello(datagram) ? 1 : 0;
      if (!isHello(datagram) && hellosBeforeAnswer === 0) hellosBeforeAnswer = hellos;
      setTimeout(() => arrive(datagram), 1);
    }, 20);
    expect(hellosBeforeAnswer).toBe(1);
    expect(server).toMatch(/^[0-9a-f]{64}$/u);
    expect(client).toBe(server);
  });

  it('comes about where the answer to the first word is so slow that it is said again', async () => {
    let hellos = 0;
    const [server, client] = await shakeHands((datagram, arrive) => {
      hellos += isHello(datagram) ? 1 : 0;
      // A round trip of more than the second after which it is said again.
      setTimeout(() => arrive(datagram), 600);
    });
    // Two without a cookie, and at least one with it.
    expect(hellos).toBeGreaterThanOrEqual(3);
    expect(client).toBe(server);
    expect(client).toMatch(/^[0-9a-f]{64}$/u);
  });
});
