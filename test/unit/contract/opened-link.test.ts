import { describe, expect, it } from 'vitest';
import {
  beforeLink,
  invitationMaxChars,
  openedLinkOf,
  openedLinkSchema,
  readInvitation,
} from '../../../preload/contract/index.ts';

const key = 'ab'.repeat(32);
const link = `lilliput:wren?key=${key}`;

describe('a link that the system hands over', () => {
  it('is found among the words of a command line, and written anew', () => {
    expect(openedLinkOf(['--profile', 'ada', link])).toEqual({ kind: 'invitation', link });
    expect(openedLinkOf(['--', `LILLIPUT:wren?key=${key.toUpperCase()}&utm=1&via=192.0.2.1%3A49737`])).toEqual({
      kind: 'invitation',
      link: `${link}&via=192.0.2.1:49737`,
    });
    expect(openedLinkOf(['--profile', 'ada'])).toBeNull();
    expect(openedLinkOf([])).toBeNull();
  });

  it.each([
    ['lilliput:', 'broken'],
    ['lilliput:wren', 'broken'],
    ['lilliput:wren?key=abc', 'broken'],
    [`lilliput:%zz?key=${key}`, 'broken'],
    [`lilliput:${'w'.repeat(200)}?key=${key}`, 'broken'],
    [`${link}&note=${'x'.repeat(invitationMaxChars)}`, 'too-long'],
    [`lilliput:${'w'.repeat(1_000_000)}`, 'too-long'],
  ])('is refused with a reason: %.40s', (word, reason) => {
    expect(openedLinkOf([word])).toEqual({ kind: 'refused', reason });
  });

  it('is one at a time', () => {
    expect(openedLinkOf([link, link])).toEqual({ kind: 'refused', reason: 'several' });
  });

  it('is not looked for without end', () => {
    expect(openedLinkOf([...Array.from({ length: 10_000 }, () => '--x'), link])).toBeNull();
  });

  it('ends what a command line may say: what stands behind it was written by whoever wrote the link', () => {
    const words = ['--profile', 'ada', link, '--home', '/tmp/theirs', '--bootstrap', '192.0.2.1:1'];
    expect(beforeLink(words)).toEqual(['--profile', 'ada']);
    expect(beforeLink(['--profile', 'ada'])).toEqual(['--profile', 'ada']);
    expect(openedLinkOf(words)).toEqual({ kind: 'invitation', link });
  });

  it('is checked once more where it is handed from one start to the other', () => {
    expect(openedLinkSchema.safeParse({ kind: 'invitation', link }).success).toBe(true);
    expect(openedLinkSchema.safeParse({ kind: 'invitation', link: 'https://elsewhere.example' }).success).toBe(false);
    expect(openedLinkSchema.safeParse({ kind: 'refused', reason: 'because' }).success).toBe(false);
    expect(readInvitation(link)).toMatchObject({ name: 'wren', accountKey: key });
  });
});
