/** Entry of the relay's process: what other people's packets cost is not to be felt in engine or media. */
import { dhKeyPair } from '../../native-shims/sodium/index.ts';
import { checkSignature, createTlsIdentity } from '../identity/index.ts';
import { toRelaySchema, type FromRelay } from '../shell/control.ts';
import { connectParent } from '../shell/process-entry.ts';
import { lineLogger } from '../ports/logger.ts';
import { systemRandom } from '../ports/random.ts';
import { systemClock } from '../ports/system-clock.ts';
import { createTicketVerifier } from '../tickets/index.ts';
import { startPatiently } from './patient-start.ts';
import { relayBootSchema } from './protocol.ts';
import { startRelay, type Relay } from './start-relay.ts';
import { defaultLimits } from './turn/limits.ts';

/** Often enough to show what is given; a message each time that something was. */
const countEveryMs = 2_000;

const parent = await connectParent();
const boot = relayBootSchema.parse(parent.boot);
const logger = lineLogger((line) => process.stderr.write(line), boot.logLevel, 'relay');
const tell = (message: FromRelay): void => parent.port.post(message);

// Fresh with each start: nothing that was recorded before can be opened by whoever takes this computer, and there is nothing to keep.
const keys = dhKeyPair(systemRandom.bytes(32));
const identity = await createTlsIdentity(systemRandom, systemClock.nowMs());

let relay: Relay | null = null;

function listening(started: Relay): void {
  relay = started;
  logger.info('listening', { udp: started.udp, pid: process.pid });
  parent.port.onMessage((raw) => {
    if (toRelaySchema.safeParse(raw).success) started.drain();
  });
  tell({ kind: 'relay-listening', points: [...started.points], key: keys.publicKey, pin: identity.pin });
  let last = '';
  const count = (): void => {
    const counts = started.counts();
    const text = JSON.stringify(counts);
    if (text !== last) tell({ kind: 'relay-counts', ...counts });
    last = text;
    systemClock.setTimer(countEveryMs, count);
  };
  count();
}

// In this process, which stays: a new one would find the ports as taken as before.
const giveUp = startPatiently({
  start: () =>
    startRelay({
      listen: boot.listen,
      listenBeside: boot.listenBeside,
      tls: identity,
      relayHosts: Object.fromEntries(Object.entries(boot.relayHosts).filter(([, host]) => host !== undefined)),
      publicHosts: boot.publicHost === null ? {} : { 4: boot.publicHost },
      ...(boot.relayPorts === null ? {} : { relayPorts: boot.relayPorts }),
      verifier: createTicketVerifier({ keys, checkSignature, nowMs: () => systemClock.nowMs() }),
      limits: { ...defaultLimits, ...boot.caps },
      allowLoopback: boot.allowLoopback,
      clock: systemClock,
      random: systemRandom,
      logger,
    }),
  onStarted: listening,
  onFailed(code, error, againInMs) {
    logger.warn('cannot listen', { message: error instanceof Error ? error.message : String(error), againInMs });
    tell({ kind: 'relay-failed', code });
  },
  clock: systemClock,
});
parent.onStop(async () => {
  giveUp();
  await relay?.stop();
});
