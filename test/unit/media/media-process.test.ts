/** The media process as the shell and the engine see it: real worker threads, real sockets on loopback. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { bothUp, connectSides, startMedia, waitFor, type MediaSide } from './media-pair.ts';

const dir = mkdtempSync(join(tmpdir(), 'lilliput-process-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const running: MediaSide[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((side) => side.process.stop()));
});
const start = (boot?: Readonly<Record<string, unknown>>): MediaSide => {
  const side = startMedia(boot);
  running.push(side);
  return side;
};

const types = (side: MediaSide): string[] => side.events.map(({ type }) => type);

describe('a media process', () => {
  test('captures and sends nothing before it is told to', async () => {
    const [caller, callee] = [start(), start()];
    const callId = connectSides(caller, callee);
    await bothUp(caller, callee);
    caller.client.startAudio(callId);
    await waitFor(() => expect(caller.last('stats')?.stats.sentPackets).toBeGreaterThan(30));
    // The other side has not accepted: it sends nothing, plays nothing, and reports no sound.
    expect(caller.last('stats')?.stats.receivedPackets).toBe(0);
    expect(types(callee)).not.toContain('stats');
    expect(types(callee)).not.toContain('first-audio');
    expect(types(callee)).not.toContain('device-failed');
    callee.client.startAudio(callId);
    await waitFor(() => expect(caller.last('stats')?.stats.receivedPackets).toBeGreaterThan(10));
    // By then each side knows the other's part in the delay.
    await waitFor(() => {
      for (const side of [caller, callee])
        expect(side.last('stats')?.stats).toMatchObject({
          theirSmoothingMs: expect.any(Number),
          theirConcealedFraction: expect.any(Number),
        });
    });
  });

  test('with nobody’s device the call goes on, silent, and says so', async () => {
    const [caller, callee] = [start(), start()];
    const callId = connectSides(caller, callee);
    await bothUp(caller, callee);
    caller.client.startAudio(callId);
    callee.client.startAudio(callId);
    await waitFor(() => {
      const faults = caller.events.filter((event) => event.type === 'device-failed').map((event) => event.device);
      expect(faults).toEqual(['microphone', 'speaker']);
    });
    expect(caller.last('stats')?.stats).toMatchObject({ lostPackets: 0, path: 'host' });
    expect(types(caller)).not.toContain('path-interrupted');
  });

  test('refuses a file that is no WAV with BAD_WAV, and works on', async () => {
    const side = start();
    const path = join(dir, 'no.wav');
    writeFileSync(path, 'hello');
    await expect(side.client.useFiles({ playPath: path, recordPath: null, echo: false })).rejects.toMatchObject({
      code: 'BAD_WAV',
    });
    await expect(side.client.useFiles({ playPath: null, recordPath: null, echo: true })).resolves.toBeUndefined();
  });

  test('takes up noise suppression, and lets go of it', async () => {
    const side = start();
    await expect(side.client.suppressNoise(true)).resolves.toBeUndefined();
    await expect(side.client.suppressNoise(false)).resolves.toBeUndefined();
  });

  test('does not stumble over messages that are none, or calls that do not exist', async () => {
    const [caller, callee] = [start(), start()];
    const unknown = randomBytes(16).toString('hex');
    caller.client.addCandidate(unknown, 'candidate:nonsense');
    caller.client.setAnswer(unknown, { sdp: 'x', fingerprint: 'y' });
    caller.client.open('not an id', 'offerer', null, [], { relayOnly: false });
    caller.client.startAudio(unknown);
    caller.process.port.post({ kind: 'engine-port' });
    caller.process.port.post('hello');
    connectSides(caller, callee);
    await bothUp(caller, callee);
    expect(types(caller)).not.toContain('path-failed');
  });

  test('answers a malformed offer with a path that failed', async () => {
    const side = start();
    const callId = randomBytes(16).toString('hex');
    side.client.open(callId, 'answerer', { sdp: 'v=0', fingerprint: 'sha-256 00' }, [], { relayOnly: false });
    await waitFor(() => expect(side.last('path-failed')?.detail).toBe('the other side’s description is malformed'));
  });

  test('tells the engine when it died, and fails what was asked of it', async () => {
    const side = start();
    await side.client.useFiles({ playPath: null, recordPath: null, echo: true });
    side.process.kill();
    await waitFor(() => expect(types(side)).toEqual(['media-crashed']));
    await expect(side.client.useFiles({ playPath: null, recordPath: null, echo: true })).rejects.toMatchObject({
      code: 'MEDIA_UNAVAILABLE',
    });
  });

  test('closes a call so that the other side knows at once', async () => {
    const [caller, callee] = [start(), start()];
    const callId = connectSides(caller, callee);
    await bothUp(caller, callee);
    caller.client.close(callId);
    await waitFor(() => expect(callee.last('path-closed')).toBeDefined(), 1500);
    expect(types(callee)).not.toContain('path-failed');
  });

  test('falls silent when its engine is gone, which is no hang-up', async () => {
    const [caller, callee] = [start(), start()];
    connectSides(caller, callee);
    await bothUp(caller, callee);
    caller.client.close();
    await waitFor(() => expect(types(callee)).toContain('path-interrupted'), 5_000);
    expect(types(callee)).not.toContain('path-closed');
  });

  test('finds the other process on this computer by its own choice of addresses, too', async () => {
    const [caller, callee] = [start({ bindAddresses: null }), start({ bindAddresses: null })];
    connectSides(caller, callee);
    await bothUp(caller, callee);
    expect(types(caller)).not.toContain('path-failed');
  });
});
