import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxyLine, readProxyLine } from '../../../main/ports/proxy-line.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('who a connection that is handed on came from', () => {
  it.each([
    [{ host: '203.0.113.9', port: 4000 }, '203.0.113.9'],
    [{ host: '2001:db8::9', port: 65_535 }, '2001:db8::9'],
    [{ host: '::ffff:203.0.113.9', port: 1 }, '203.0.113.9'],
  ])('%o is read as it was written', (client, host) => {
    const line = proxyLine(client);
    const read = readProxyLine(bytes(`${line}\u0000\u0001`));
    expect(read).toEqual({ kind: 'line', client: { host, port: client.port }, bytes: line.length });
  });

  it('is waited for while it may still come', () => {
    const line = proxyLine({ host: '203.0.113.9', port: 4000 });
    for (let length = 0; length < line.length; length += 1) {
      expect(readProxyLine(bytes(line.slice(0, length))).kind).toBe('more');
    }
  });

  it.each([
    ['a STUN request', '\u0000\u0001\u0000\u0000', 'none'],
    ['another protocol', 'POST / HTTP/1.1\r\n', 'none'],
    ['a name instead of an address', 'PROXY TCP4 localhost 0.0.0.0 4000 0\r\n', 'bad'],
    ['an address of the other family', 'PROXY TCP4 ::1 :: 4000 0\r\n', 'bad'],
    ['a port too high', 'PROXY TCP4 203.0.113.9 0.0.0.0 65536 0\r\n', 'bad'],
    ['no port', 'PROXY TCP4 203.0.113.9 0.0.0.0\r\n', 'bad'],
    ['more than the line has', 'PROXY TCP4 203.0.113.9 0.0.0.0 4000 0 1\r\n', 'bad'],
    ['a line without end', `PROXY ${'1'.repeat(200)}`, 'bad'],
  ])('%s is no such line', (_what, text, kind) => {
    expect(readProxyLine(bytes(text)).kind).toBe(kind);
  });

  it('no bytes break it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
        for (const beginning of [rest, Buffer.concat([bytes('PROXY '), rest])]) {
          expect(['none', 'bad', 'more', 'line']).toContain(readProxyLine(beginning).kind);
        }
      }),
    );
  });
});
