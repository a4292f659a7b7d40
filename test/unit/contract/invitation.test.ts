import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invitationMaxChars, readInvitation, viaMax, writeInvitation } from '../../../preload/contract/index.ts';

const accountKey = 'ab'.repeat(32);

describe('an invitation link', () => {
  it('comes back as it was written, in every script', () => {
    for (const name of ['wren', 'נחל', '夏-夏子'])
      for (const via of [[], ['203.0.113.7:49737'], ['203.0.113.7:1', '10.0.0.2:65535']])
        expect(readInvitation(writeInvitation({ name, accountKey, via }))).toEqual({ name, accountKey, via });
  });

  it('of the longest name with all nodes is read', () => {
    const link = writeInvitation({
      name: '夏'.repeat(32),
      accountKey,
      via: Array.from({ length: 4 }, () => '203.0.113.207:49737'),
    });
    expect(link.length).toBeLessThanOrEqual(invitationMaxChars);
    expect(readInvitation(link)).not.toBeNull();
  });

  it('survives what mail programs do to it', () => {
    const link = `  LILLIPUT:wren?key=${accountKey.toUpperCase()}&via=1.2.3.4%3A5%2C6.7.8.9:10&new=thing \n`;
    expect(readInvitation(link)).toEqual({ name: 'wren', accountKey, via: ['1.2.3.4:5', '6.7.8.9:10'] });
  });

  it.each([
    ['another scheme', `http:wren?key=${accountKey}`],
    ['no key', 'lilliput:wren'],
    ['half a key', `lilliput:wren?key=${accountKey.slice(1)}`],
    ['no name', `lilliput:?key=${accountKey}`],
    ['a broken escape', `lilliput:%E0%A4%A?key=${accountKey}`],
    ['too much of it', `lilliput:wren?key=${accountKey}&x=${'y'.repeat(invitationMaxChars)}`],
  ])('is none with %s', (_, link) => {
    expect(readInvitation(link)).toBeNull();
  });

  it('names addresses only, and not too many', () => {
    const via = ['example.org:80', '1.2.3.4', '1.2.3.4:0', '1.2.3.4:70000', '1.2.3.256:1', '[::1]:1', '1.2.3.4:05', '9.9.9.9:9'];
    expect(readInvitation(writeInvitation({ name: 'wren', accountKey, via }))?.via).toEqual(['9.9.9.9:9']);
    const many = Array.from({ length: 30 }, (_, index) => `1.2.3.${index}:9`);
    expect(readInvitation(writeInvitation({ name: 'wren', accountKey, via: many }))?.via.length).toBe(viaMax);
  });

  it('may be any text at all without harm', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.boolean(), (text, prefixed) => {
        const read = readInvitation(prefixed ? `lilliput:${text}` : text);
        expect(read === null || read.via.length <= viaMax).toBe(true);
      }),
    );
  });
});
