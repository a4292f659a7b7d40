import { describe, expect, it } from 'vitest';
import { outsideAddress } from '../../../main/shell/electron/outside-address.ts';

describe('What the page may have the system open', () => {
  it.each([
    ['https://example.org/a?b#c', 'https://example.org/a?b#c'],
    ['http://localhost:8080/', 'http://localhost:8080/'],
    ['mailto:me@example.org', 'mailto:me@example.org'],
    ['mailto:me@example.org?attach=/etc/passwd&body=x', 'mailto:me@example.org'],
  ])('is %s', (text, opened) => expect(outsideAddress(text)).toBe(opened));
  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://host/share',
    'ms-msdt:/id',
    'lilliput:wren',
    'vbscript:x',
    'mailto:',
    '//example.org',
    '',
    `https://example.org/${'x'.repeat(3_000)}`,
  ])('is not %.40s', (text) => expect(outsideAddress(text)).toBeNull());
});
