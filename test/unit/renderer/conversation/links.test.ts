import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linksIn, type Link, type LinkDoubt } from '../../../../renderer/conversation/links.ts';

const links = (text: string): readonly Link[] => linksIn(text).flatMap((piece) => (piece.kind === 'link' ? [piece.link] : []));
const key = 'ab'.repeat(32);

describe('Links in a message', () => {
  it.each([
    ['see example.com, ok', 'https://example.com/', 'example.com'],
    ['(https://en.wikipedia.org/wiki/Lilliput_(novel)).', 'https://en.wikipedia.org/wiki/Lilliput_(novel)', 'en.wikipedia.org'],
    ['HTTPS://EXAMPLE.com/A?b=c#d', 'https://example.com/A?b=c#d', 'example.com'],
    ['http://localhost:8080/x', 'http://localhost:8080/x', 'localhost:8080'],
    ['http://192.168.1.1/', 'http://192.168.1.1/', '192.168.1.1'],
    ['https://www.bbc.co.uk/news', 'https://www.bbc.co.uk/news', 'www.bbc.co.uk'],
    ['https://shop.example.com.au/', 'https://shop.example.com.au/', 'shop.example.com.au'],
    ['write to me@example.com', 'mailto:me@example.com', 'example.com'],
    ['mailto:me@example.com?subject=x&attach=/etc/passwd', 'mailto:me@example.com', 'example.com'],
  ])('lead where they look: %s', (text, href, host) => {
    expect(links(text)).toMatchObject([{ href, host, doubts: [] }]);
  });

  it.each<[string, string, readonly LinkDoubt[]]>([
    ['https://paypal.com@evil.example/x', 'evil.example', ['name-before-host']],
    ['https://paypal.com:443@evil.example/', 'evil.example', ['name-before-host']],
    ['https://user:pw@evil.example', 'evil.example', ['name-before-host']],
    ['https://paypal.com\\@evil.example', 'paypal.com', ['host-differs']],
    // Cyrillic throughout.
    ['http://аррӏе.com/', 'xn--80ak6aa92e.com', ['foreign-letters']],
    ['http://xn--80ak6aa92e.com/', 'xn--80ak6aa92e.com', ['foreign-letters']],
    // One Cyrillic letter among Latin ones.
    ['https://pаypal.com/', 'xn--pypal-4ve.com', ['mixed-letters']],
    ['https://münchen.de/', 'xn--mnchen-3ya.de', ['foreign-letters']],
    // Wide letters become plain ones.
    ['https://ｐaypal.com/', 'paypal.com', ['host-differs']],
    ['http://0x7f.1/', '127.0.0.1', ['host-differs']],
    ['http://3627734734/', '216.58.214.206', ['host-differs']],
    ['http://0177.0.0.1/', '127.0.0.1', ['host-differs']],
    // A soft hyphen, a space without width.
    ['https://a\u00ADb.com/', 'ab.com', ['host-differs']],
    ['https://example.com\u200B.evil.com/', 'example.com.evil.com', ['host-differs', 'looks-like-another']],
    ['http://paypal.com.evil.example/login', 'paypal.com.evil.example', ['looks-like-another']],
    ['https://paypal.com-login.evil.example/', 'paypal.com-login.evil.example', ['looks-like-another']],
    ['https://paypal.com-login.net/', 'paypal.com-login.net', ['looks-like-another']],
    // A fraction slash that looks like the one after a host.
    ['https://paypal.com⁄login.evil.com', 'paypal.xn--comlogin-g03d.evil.com', ['host-differs', 'foreign-letters']],
    ['billing@paypal.com.evil.example', 'paypal.com.evil.example', ['looks-like-another']],
  ])('that deceive are told: %s leads to %s', (text, host, doubts) => {
    expect(links(text).map((link) => [link.host, link.doubts])).toEqual([[host, doubts]]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://example.com', 'vbscript:x', '1.2.3', '//a'])(
    'are not made of %s',
    (text) => {
      expect(links(text).filter(({ href }) => !href.startsWith('https://example.com'))).toEqual([]);
    },
  );

  it('are invitations if they are whole ones', () => {
    expect(links(`join me: lilliput:wren?key=${key}`)).toMatchObject([{ kind: 'invitation', href: `lilliput:wren?key=${key}` }]);
    expect(links('lilliput:wren?key=short')).toEqual([]);
  });

  it('leave every letter of the text where it was, and only ever open three schemes', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 80 }), string({ maxLength: 20 }), (noise, more) => {
        const text = `${noise} https://${more}@x.example/${noise} www.${more}.com`;
        const pieces = linksIn(text);
        expect(pieces.map((piece) => (piece.kind === 'text' ? piece.text : piece.link.raw)).join('')).toBe(text);
        for (const { href } of links(text)) expect(href).toMatch(/^(?:https?|mailto|lilliput):/u);
      }),
    );
  });

  it('are few', () => {
    expect(links('a.com '.repeat(3_000))).toHaveLength(200);
  });
});
