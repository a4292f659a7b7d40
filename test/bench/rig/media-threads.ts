import { randomBytes } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import type { CallMediaEvent } from '../../../main/calls/index.ts';
import { createMediaClient, type MediaClient } from '../../../main/media/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { createNodeProcessHost } from '../../../main/shell/index.ts';
import { hearProbes, probeChannel, tellProbes, type ProbeReads, type ThreadReading } from './thread-reading.ts';

/** Two media threads of this process in a call on loopback, a file spoken at both ends, each with a probe in it. */
export interface MediaThreads {
  /** What both did meanwhile. */
  measure(during: () => Promise<void>, reads: ProbeReads): Promise<readonly ThreadReading[]>;
  stop(): Promise<void>;
}

const threads = 2;
const upTimeoutMs = 20_000;

export async function startMediaThreads(speech: string): Promise<MediaThreads> {
  const host = createNodeProcessHost(systemClock, () => new URL('probed-media.ts', import.meta.url));
  const start = (): { readonly client: MediaClient; readonly stop: () => Promise<void> } => {
    const hosted = host.start('media', { logLevel: 'error', bindAddresses: ['127.0.0.1'] });
    const channel = host.createChannel();
    hosted.port.post({ kind: 'engine-port' }, [channel.far]);
    const client = createMediaClient(channel.near, silentLogger);
    return {
      client,
      async stop() {
        client.close();
        await hosted.stop();
      },
    };
  };
  const [caller, callee] = [start(), start()];
  const stop = async (): Promise<void> => {
    await Promise.all([caller.stop(), callee.stop()]);
  };
  try {
    const callId = randomBytes(16).toString('hex');
    caller.client.onEvent((event) => {
      if (event.type === 'local-description') callee.client.open(callId, 'answerer', event.description, [], { relayOnly: false });
      if (event.type === 'local-candidate') callee.client.addCandidate(callId, event.candidate);
    });
    callee.client.onEvent((event) => {
      if (event.type === 'local-description') caller.client.setAnswer(callId, event.description);
      if (event.type === 'local-candidate') caller.client.addCandidate(callId, event.candidate);
    });
    const up = Promise.all([caller, callee].map(({ client }) => eventOf(client, 'path-up')));
    caller.client.open(callId, 'offerer', null, [], { relayOnly: false });
    await up;
    for (const { client } of [caller, callee]) {
      // oxlint-disable-next-line no-await-in-loop -- two files
      await client.useFiles({ playPath: speech, recordPath: null, echo: false });
      client.startAudio(callId);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async measure(during, reads) {
      await ask('start', reads);
      await during();
      const readings = await ask('stop', reads);
      return readings.filter((reading) => reading !== null);
    },
    stop,
  };
}

const eventOf = (client: MediaClient, type: CallMediaEvent['type']): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = systemClock.setTimer(upTimeoutMs, () => reject(new Error(`no ${type} within 20 s`)));
    client.onEvent((event) => {
      if (event.type !== type) return;
      timer.cancel();
      resolve();
    });
  });

function ask(kind: 'start' | 'stop', reads: ProbeReads): Promise<readonly (ThreadReading | null)[]> {
  const channel = new BroadcastChannel(probeChannel);
  const answers: (ThreadReading | null)[] = [];
  return new Promise<readonly (ThreadReading | null)[]>((resolve, reject) => {
    hearProbes(channel, (message) => {
      if (message.kind !== 'reading') return;
      if (message.failure !== null) return reject(new Error(message.failure));
      answers.push(message.reading);
      if (answers.length === threads) resolve(answers);
    });
    tellProbes(channel, { kind, reads });
  }).finally(() => channel.close());
}
