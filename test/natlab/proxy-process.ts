/** An HTTP proxy on its own, for a router: `node proxy-process.ts HOST PORT`. */
import { startConnectProxy } from '../unit/ports/connect-proxy.ts';

const [, , host = '127.0.0.1', port = '0'] = process.argv;
await startConnectProxy({ listen: { host, port: Number(port) } });
process.stdout.write('listening\n');
