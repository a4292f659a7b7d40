/** A browser page's sound over the media process's own WebSocket. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { fromMediaSchema } from '../../../main/shell/control.ts';
import { pcmCaptureBytes, pcmCaptureSamples, pcmHeaderBytes, pcmKind, writePcmHeader } from '../../../preload/contract/index.ts';
import { bothUp, connectSides, startMedia, waitFor, type MediaSide } from './media-pair.ts';

const running: MediaSide[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((side) => side.process.stop()));
});
const start = (boot?: Readonly<Record<string, unknown>>): MediaSide => {
  const side = startMedia(boot);
  running.push(side);
  return side;
};

async function endpointOf(side: MediaSide): Promise<string> {
  const seen = vi.fn<(url: string) => void>();
  side.client.onPcmEndpoint(seen);
  await waitFor(() => expect(seen).toHaveBeenCalled());
  return seen.mock.calls[0]?.[0] ?? '';
}
const open = (url: string, origin: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { origin });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
const message = (kind: number, value: number, sample: number | null): Uint8Array => {
  const bytes = new Uint8Array(sample === null ? pcmHeaderBytes : pcmCaptureBytes);
  writePcmHeader(new DataView(bytes.buffer), kind, value);
  if (sample !== null) new Int16Array(bytes.buffer, pcmHeaderBytes).fill(sample);
  return bytes;
};
const page = 'http://127.0.0.1:5123';

describe('a page’s sound over the loopback socket', () => {
  test('is told to the shell and to the engine, and opens only for pages of this computer who know the way', async () => {
    const side = start({ pcmSocket: true });
    const toShell = vi.fn<(message: unknown) => void>();
    side.process.port.onMessage(toShell);
    const url = await endpointOf(side);
    expect(fromMediaSchema.parse(toShell.mock.calls[0]?.[0])).toEqual({ kind: 'pcm-endpoint', url });
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/pcm\/[\w-]{43}$/u);
    await expect(open(url, 'https://evil.example')).rejects.toThrow('403');
    await expect(open(url.slice(0, -1), page)).rejects.toThrow('403');
    await expect(open(url.replace('/pcm/', '/'), page)).rejects.toThrow('403');
    const socket = await open(url, page);
    socket.terminate();
  });

  test('serves one page at a time, the newest', async () => {
    const url = await endpointOf(start({ pcmSocket: true }));
    const first = await open(url, page);
    const closed = new Promise<number>((resolve) => {
      first.once('close', resolve);
    });
    const second = await open(url, page);
    expect(await closed).toBe(4000);
    second.terminate();
  });

  test('refuses messages larger than any of ours', async () => {
    const url = await endpointOf(start({ pcmSocket: true }));
    const socket = await open(url, page);
    const closed = new Promise<number>((resolve) => {
      socket.once('close', resolve);
    });
    socket.send(new Uint8Array(pcmCaptureBytes + 1));
    expect(await closed).toBe(1009);
  });

  test('carries a voice from the page of one to the page of the other', async () => {
    const [caller, callee] = [start({ pcmSocket: true }), start({ pcmSocket: true })];
    const [mouth, ear] = [await open(await endpointOf(caller), page), await open(await endpointOf(callee), page)];
    const callId = connectSides(caller, callee);
    await bothUp(caller, callee);
    caller.client.startAudio(callId);
    callee.client.startAudio(callId);
    let loudest = 0;
    ear.on('message', (data: Buffer) => {
      for (let at = pcmHeaderBytes; at + 1 < data.length; at += 2) loudest = Math.max(loudest, Math.abs(data.readInt16LE(at)));
    });
    let sequence = 0;
    const pace = setInterval(() => {
      const frame = message(pcmKind.capture, sequence, 0);
      const samples = new Int16Array(frame.buffer, pcmHeaderBytes);
      for (const i of samples.keys())
        samples[i] = 9000 * Math.sin((2 * Math.PI * 300 * (sequence * pcmCaptureSamples + i)) / 48_000);
      sequence += 1;
      mouth.send(frame);
      ear.send(message(pcmKind.credit, 2, null));
    }, 20);
    try {
      await waitFor(() => expect(loudest).toBeGreaterThan(5000));
      await waitFor(() => expect(caller.last('stats')?.stats.speakingFraction).toBeGreaterThan(0.5));
    } finally {
      clearInterval(pace);
      mouth.terminate();
      ear.terminate();
    }
    await waitFor(() => expect(caller.last('device-failed')).toBeDefined());
  });
});
