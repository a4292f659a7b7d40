/** `relay-host.ts PORT batched|portable`: our relay in a process of its own, for a bench. Says `listening`; ends with its input. */
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { defaultLimits, startRelay } from '../../../main/relay/index.ts';

const [port, udp] = process.argv.slice(2);
if (port === undefined || (udp !== 'batched' && udp !== 'portable'))
  throw new Error('usage: relay-host.ts PORT batched|portable');

const relay = await startRelay({
  listen: [{ transport: 'udp', host: '127.0.0.1', port: Number(port) }],
  tls: null,
  relayHosts: { 4: '127.0.0.1' },
  udp,
  verifier: { check: (username) => ({ device: username, password: 'analytical' }) },
  limits: {
    ...defaultLimits,
    // What it can, not what a person's computer gives.
    bytesPerSecond: 128_000,
    totalBytesPerSecond: 1e9,
    // Everybody here has one name and is of one network, and comes at once; whatever is counted stays counted.
    allocations: 1_000,
    allocationsPerDevice: 1_000,
    allocationsPerNetwork: 1_000,
    strangers: { perNetwork: { perSecond: 10_000, burst: 10_000 }, total: { perSecond: 10_000, burst: 10_000 } },
  },
  allowLoopback: true,
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
});
process.stdout.write(`listening ${relay.udp}\n`);
process.stdin.resume();
process.stdin.once('end', () => void relay.stop().then(() => process.exit(0)));
