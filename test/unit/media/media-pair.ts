import { randomBytes } from 'node:crypto';
import { vi, expect } from 'vitest';
import type { CallMediaEvent } from '../../../main/calls/index.ts';
import { createMediaClient, type DeviceEvent, type MediaClient } from '../../../main/media/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { HostedProcess } from '../../../main/ports/process-host.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { createNodeProcessHost } from '../../../main/shell/node-process-host.ts';

export interface MediaSide {
  readonly client: MediaClient;
  readonly process: HostedProcess;
  readonly events: CallMediaEvent[];
  readonly deviceEvents: DeviceEvent[];
  last<Type extends CallMediaEvent['type']>(type: Type): Extract<CallMediaEvent, { type: Type }> | undefined;
}

const host = createNodeProcessHost(systemClock);

/** A real media process (a worker thread) and the engine's client for it. */
export function startMedia(boot: Readonly<Record<string, unknown>> = {}): MediaSide {
  const hosted = host.start('media', { logLevel: 'error', bindAddresses: ['127.0.0.1'], ...boot });
  const channel = host.createChannel();
  hosted.port.post({ kind: 'engine-port' }, [channel.far]);
  const client = createMediaClient(channel.near, silentLogger);
  const events: CallMediaEvent[] = [];
  const deviceEvents: DeviceEvent[] = [];
  client.onEvent((event) => events.push(event));
  client.onDeviceEvent((event) => deviceEvents.push(event));
  return {
    client,
    process: hosted,
    events,
    deviceEvents,
    last: (type) => events.findLast((event) => event.type === type) as never,
  };
}

export const waitFor = (check: () => void, timeout = 20_000): Promise<void> => vi.waitFor(check, { timeout, interval: 20 });

/** The engine's part of signalling, shortened to function calls. */
export function connectSides(caller: MediaSide, callee: MediaSide): string {
  const callId = randomBytes(16).toString('hex');
  caller.client.onEvent((event) => {
    if (event.type === 'local-description') callee.client.open(callId, 'answerer', event.description, [], { relayOnly: false });
    if (event.type === 'local-candidate') callee.client.addCandidate(callId, event.candidate);
  });
  callee.client.onEvent((event) => {
    if (event.type === 'local-description') caller.client.setAnswer(callId, event.description);
    if (event.type === 'local-candidate') caller.client.addCandidate(callId, event.candidate);
  });
  caller.client.open(callId, 'offerer', null, [], { relayOnly: false });
  return callId;
}

export const bothUp = (...sides: MediaSide[]): Promise<void> =>
  waitFor(() => {
    for (const side of sides) expect(side.last('path-up')).toBeDefined();
  });
