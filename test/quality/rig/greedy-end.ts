/** `greedy-end.ts take|send ADDRESS PORT`: one end of a TCP flow that takes whatever the line gives. Prints a line once it flows. */
import { createServer, connect } from 'node:net';

const [role, address = '', portWords] = process.argv.slice(2);
const port = Number(portWords);
const ready = (): void => void process.stdout.write('ready\n');
/** Many segments at once, so that the kernel always has some to send. */
const chunk = new Uint8Array(65_536);

if (role === 'take') {
  createServer((socket) => socket.on('error', () => undefined).resume()).listen(port, address, ready);
} else {
  const socket = connect(port, address);
  const fill = (): void => {
    while (socket.write(chunk)) continue;
  };
  socket.on('drain', fill);
  socket.once('connect', () => {
    ready();
    fill();
  });
  // The other end goes first, at times.
  socket.on('error', () => process.exit(0));
}
