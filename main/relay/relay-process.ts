/** Entry of the relay's process: what other people's packets cost is not to be felt in engine or media. */
import type { FromRelay } from '../shell/control.ts';
import { connectParent } from '../shell/process-entry.ts';
import { lineLogger } from '../ports/logger.ts';
import { systemRandom } from '../ports/random.ts';
import { systemClock } from '../ports/system-clock.ts';
import { relayBootSchema } from './protocol.ts';
import { startRelay } from './start-relay.ts';
import { defaultLimits } from './turn/limits.ts';

const parent = await connectParent();
const boot = relayBootSchema.parse(parent.boot);
const logger = lineLogger((line) => process.stderr.write(line), boot.logLevel, 'relay');

try {
  const relay = await startRelay({
    listen: boot.listen,
    tls: null,
    relayHosts: {},
    // Until devices sign tickets nobody is relayed for: where to is what STUN tells, and no more.
    verifier: null,
    limits: defaultLimits,
    allowLoopback: false,
    clock: systemClock,
    random: systemRandom,
    logger,
  });
  parent.onStop(() => relay.stop());
  parent.port.post({
    kind: 'relay-listening',
    points: relay.points.map(({ host, port }) => ({ host, port })),
  } satisfies FromRelay);
} catch (error) {
  // Starting again would fail again: the process stays, and says why it does nothing.
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
  logger.warn('cannot listen', { message: error instanceof Error ? error.message : String(error) });
  parent.port.post({ kind: 'relay-failed', code: code.slice(0, 40) } satisfies FromRelay);
}
