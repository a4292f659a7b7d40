import { createOutput } from '../../../main/cli/output.ts';
import { parseCommandLine } from '../../../main/cli/arguments.ts';
import { withServerFile } from '../../../main/cli/supernode/server-file.ts';
import { openServer } from '../../../main/cli/supernode/open-server.ts';
import { startHeadless } from '../../../main/headless.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';

/**
 * `cli supernode`, but 127.0.0.0/8 is the internet, so that its relay carries calls there; and it says its relay's key, which
 * others ask for by the overlay.
 */
const { command, common } = parseCommandLine(withServerFile(process.argv.slice(2)));
if (command.kind !== 'supernode') throw new Error('this is a supernode and nothing else');
const output = createOutput(true, (text) => process.stdout.write(text));
const stopping = new AbortController();
const server = await openServer(command, '0.0.0', output, () => stopping.abort());
const engine = await startHeadless({
  profile: { home: common.home ?? null, name: common.profile },
  overlay: {
    bind: common.listen ?? { host: '127.0.0.1', port: 0 },
    bootstrap: common.bootstrap,
    gatewayPort: 0,
    supernodeMode: 'on',
    mdns: false,
    rendezvous: false,
  },
  echo: false,
  relay: {
    at: command.relay,
    publicHost: null,
    ports: command.ports,
    caps: command.caps,
    always: true,
    allowLoopback: true,
  },
  onRelay(event) {
    server.hearRelay(event);
    if (event.kind === 'relay-listening') output.say('relay-key', { key: toHex(event.key) }, null);
  },
  fileSkewPpm: 0,
  logLevel: 'error',
  version: '0.0.0',
  logger: silentLogger,
  mayAttach: false,
  onQuit: () => stopping.abort(),
});
process.exitCode = await server.run({
  engine,
  clock: systemClock,
  output,
  input: process.stdin,
  common,
  signal: stopping.signal,
});
await engine.stop();
await server.close();
