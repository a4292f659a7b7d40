import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineParts, RunningEngine } from '../../../main/engine/running-engine.ts';
import { startEngine } from '../../../main/engine/start-engine.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import type { Port } from '../../../main/ports/message-port.ts';
import { engineParts } from './engine-parts.ts';

let dir = '';
let running: RunningEngine | null = null;
let other: RunningEngine | null = null;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lilliput-engine-'));
});
afterEach(async () => {
  await Promise.all([running?.stop(), other?.stop()]);
  running = null;
  other = null;
  rmSync(dir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

const here = (port: number) => ({ host: '127.0.0.1', port });

const parts = (port: number, bootstrap: readonly number[] = [], profileDir = dir): EngineParts =>
  engineParts(profileDir, here(port), bootstrap.map(here));

/** A media process that takes note, and can suppress noise, or not. */
function listening(canSuppress: () => boolean): { readonly port: Port; readonly heard: object[] } {
  const heard: object[] = [];
  let tell: (message: unknown, ports: readonly Port[]) => void = () => undefined;
  const port: Port = {
    post(message) {
      const { kind, requestId, gain, on } = message as { kind: string; requestId: number; gain?: number; on?: boolean }; // the client's own
      if (kind === 'set-gain') heard.push({ gain });
      if (kind !== 'suppress-noise') return;
      heard.push({ suppress: on });
      const error = canSuppress() ? null : { code: 'MEDIA_UNAVAILABLE', reason: 'test', context: {} };
      queueMicrotask(() => tell({ kind: 'reply', requestId, error }, []));
    },
    onMessage: (listener) => void (tell = listener),
    onClose: () => undefined,
    close: () => undefined,
  };
  return { port, heard };
}

describe('the engine', () => {
  test('tells media what was chosen for the microphone, keeps it, and keeps nothing that media cannot do', async () => {
    running = await startEngine(parts(await freePort()));
    let canSuppress = false;
    const first = listening(() => canSuppress);
    running.connectMedia(first.port);
    await running.settings.update({ inputGain: 1.5 });
    await expect(running.settings.update({ noiseSuppression: 'rnnoise' })).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    expect(running.settings.state.get()).toMatchObject({ inputGain: 1.5, noiseSuppression: 'system' });
    expect(first.heard).toEqual([{ gain: 1 }, { gain: 1.5 }, { suppress: true }]);

    canSuppress = true;
    await running.settings.update({ noiseSuppression: 'rnnoise' });
    await running.stop();
    running = await startEngine(parts(await freePort()));
    const again = listening(() => true);
    running.connectMedia(again.port);
    expect(again.heard).toEqual([{ gain: 1.5 }, { suppress: true }]);
  });

  test('that can’t open its account leaves nothing behind: neither its port nor its database', async () => {
    const port = await freePort();
    const secrets = join(dir, 'account.secret');
    writeFileSync(secrets, 'not a secret');
    await expect(startEngine(parts(port))).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    rmSync(secrets);
    running = await startEngine(parts(port));
    expect(running.account.state.get()).toEqual({ kind: 'none' });
  });

  test('that can’t listen where it was told says so, and its profile opens elsewhere at once', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    await expect(startEngine(parts(socket.address().port))).rejects.toMatchObject({ code: 'BAD_INPUT', reason: 'listen' });
    running = await startEngine(parts(await freePort()));
    socket.close();
  });

  test('works for a name once: what a sign-up claimed is not claimed again by its first refresh', async () => {
    running = await startEngine(parts(await freePort()));
    const { account } = running;
    const steps: string[] = [];
    for await (const progress of account.signUp('lemuel-gulliver-of-lilliput', undefined)) steps.push(progress.step);
    expect(steps.at(-1)).toBe('done');
    const secrets = running.account.state.get();
    expect(secrets).toMatchObject({ kind: 'ready', account: { name: 'lemuel-gulliver-of-lilliput', claim: 'held' } });
    await running.stop();
    // The refresh that began with the account stored its record beside it.
    running = await startEngine(parts(await freePort()));
    expect(running.account.state.get()).toMatchObject({ kind: 'ready', account: { claim: 'held' } });
  });

  test('that can’t keep what a phrase restored leaves the name to whoever has the phrase', async () => {
    const port = await freePort();
    running = await startEngine(parts(port));
    let phrase = '';
    for await (const progress of running.account.signUp('lemuel-gulliver-of-lilliput', undefined)) {
      if (progress.step === 'done') phrase = progress.phrase.join(' ');
    }
    const vault = { isBroken: false };
    const given = parts(await freePort(), [port], mkdtempSync(join(dir, 'other-')));
    other = await startEngine({
      ...given,
      link: {
        ...given.link,
        keychain: () =>
          Promise.resolve({
            kind: 'keychain',
            seal: (secret) => (vault.isBroken ? Promise.reject(new AppError('DISK_FULL', 'test')) : Promise.resolve(secret)),
            open: (sealed) => Promise.resolve(sealed),
          }),
      },
    });
    vault.isBroken = true;
    const restoring = async (engine: RunningEngine): Promise<void> => {
      for await (const { step } of engine.account.restore('lemuel-gulliver-of-lilliput', phrase, undefined))
        if (step === 'done') return;
    };
    await expect(restoring(other)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await running.people.lookup('lemuel-gulliver-of-lilliput', undefined)).toMatchObject({ result: 'found' });
    vault.isBroken = false;
    await restoring(other);
    expect(other.account.state.get()).toMatchObject({ kind: 'ready', account: { name: 'lemuel-gulliver-of-lilliput' } });
  });

  test('whose sign-up was called off takes another one', async () => {
    running = await startEngine(parts(await freePort()));
    const calledOff = new AbortController();
    const first = running.account.signUp('lemuel-gulliver-of-lilliput', calledOff.signal);
    await first.next();
    calledOff.abort();
    await expect(first.next().then(() => first.next())).rejects.toMatchObject({ code: 'CANCELLED' });
    for await (const { step } of running.account.signUp('lemuel-of-lilliput', undefined)) if (step === 'done') break;
    expect(running.account.state.get()).toMatchObject({ kind: 'ready', account: { name: 'lemuel-of-lilliput' } });
  });
});
