/**
 * A thread that does nothing but what no call can do without: every 10 ms it sends a datagram of a voice packet's size, and it
 * receives as many. What it costs is Node's and the system's share of a media thread. Tells its CPU time in ms per second.
 */
import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

const { own, other, settleMs, measureMs } = z
  .object({ own: z.number(), other: z.number(), settleMs: z.number(), measureMs: z.number() })
  .parse(workerData);
const tickMs = 10;
const packet = Buffer.alloc(120);

const socket = createSocket('udp4');
socket.on('message', () => undefined);
socket.bind(own, '127.0.0.1', () => {
  setInterval(() => socket.send(packet, 0, packet.length, other, '127.0.0.1'), tickMs);
  setTimeout(() => {
    const before = process.threadCpuUsage();
    const beganMs = performance.now();
    setTimeout(() => {
      const { user, system } = process.threadCpuUsage(before);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      parentPort?.postMessage((user + system) / (performance.now() - beganMs));
    }, measureMs);
  }, settleMs);
});
