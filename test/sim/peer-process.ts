import { createOverlay } from '../../main/overlay/index.ts';
import { createPerson, overlayOptions } from './world.ts';

/**
 * One person in a process of its own, so that a test can kill it: `node peer-process.ts PORT SEED FRIEND_SEED` with a node to
 * join on 127.1.1.1:PORT. Echoes what it is sent.
 */
const [port = '', seed = '', friendSeed = ''] = process.argv.slice(2);
const self = createPerson(Buffer.from(seed, 'hex'));
const friend = createPerson(Buffer.from(friendSeed, 'hex'));
const bootstrap = { host: '127.1.1.1', port: Number(port) };
const overlay = createOverlay(overlayOptions({ host: '127.200.1.1', port: 0 }, [bootstrap], { supernodeMode: 'off' }));
const wire = overlay.people.wire('lilliput/test/1', { maxMessageBytes: 1_000, maxMessagesPerSecond: 50 });
wire.onMessage((from, message) => void wire.send(from.account, message));
await overlay.start();
overlay.people.setAdmission((account) => account === friend.identity.account);
await overlay.people.setIdentity(self.identity, self.listening);
overlay.people.setWanted([{ account: friend.identity.account, address: friend.address }]);
process.on('SIGTERM', () => {
  void overlay.stop().then(() => process.exit(0));
});
// The overlay's own timers don't keep a process alive.
setInterval(() => undefined, 60_000);
