import { X509Certificate, createHash } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createTlsIdentity } from '../../../main/identity/index.ts';
import { systemRandom } from '../../../main/ports/random.ts';

test('a TLS server with an identity of our own shows the key that its pin names', async () => {
  const identity = await createTlsIdentity(systemRandom, Date.now());
  const server = createServer({ key: identity.key, cert: identity.cert }, (socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const shown = await new Promise<X509Certificate | undefined>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  await new Promise((resolve) => server.close(resolve));
  const spki = shown?.publicKey.export({ type: 'spki', format: 'der' });
  expect(
    createHash('sha256')
      .update(spki ?? '')
      .digest('hex'),
  ).toBe(Buffer.from(identity.pin).toString('hex'));
  expect(shown?.subject).toBe('CN=localhost');
});
