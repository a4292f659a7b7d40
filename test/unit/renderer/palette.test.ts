import { describe, expect, it } from 'vitest';
import type { PaletteInput } from '../../../renderer/palette/entries.ts';
import { paletteGroups } from '../../../renderer/palette/rank.ts';
import { aCall, aConversation, aMessage, aPerson, byKey, words } from './samples.ts';

const wren = aPerson('wren');
const wrenna = aPerson('wrenna');
const otter = aPerson('otter', { nickname: 'Grandmother' });
const nahr = aPerson('نهر');
const asked = aPerson('sorrel', { relation: 'outgoing' });
const asking = aPerson('tern', { relation: 'incoming' });
const blocked = aPerson('pike', { relation: 'blocked' });
const people = [wren, wrenna, otter, nahr, asked, asking, blocked];
const quiet: PaletteInput = {
  account: null,
  contacts: byKey(people, (person) => person.accountKey),
  conversations: byKey(
    [aConversation(wrenna, { last: aMessage({ atMs: 5 }) }), aConversation(otter, { last: aMessage({ atMs: 9 }) })],
    ({ id }) => id,
  ),
  calls: new Map(),
};
const withCalls = (...calls: ReturnType<typeof aCall>[]): PaletteInput => ({ ...quiet, calls: byKey(calls, ({ id }) => id) });
const labels = (typed: string, input = quiet): readonly (readonly [string, ...string[]])[] =>
  paletteGroups(words, typed, input).map(({ id, items }) => [id, ...items.map(({ label }) => label)]);
const firstOf = (typed: string, input = quiet) => paletteGroups(words, typed, input)[0]?.items[0];

describe('the palette', () => {
  it('offers the people of the newest conversations before anything is typed, and nobody who can’t be written to', () => {
    const [people0] = labels('');
    expect(people0).toEqual(['people', 'Grandmother', 'wrenna', 'sorrel', 'wren', 'نهر']);
  });

  it('finds a person by the beginning, by letters left out, by nickname and by name', () => {
    expect(firstOf('wr')).toMatchObject({ kind: 'person', label: 'wrenna' });
    expect(firstOf('wrn')).toMatchObject({ kind: 'person' });
    expect(firstOf('grand')).toMatchObject({ label: 'Grandmother', act: { do: 'call', accountKey: otter.accountKey } });
    expect(firstOf('otter')).toMatchObject({ label: 'Grandmother' });
    expect(firstOf('نه')).toMatchObject({ label: 'نهر' });
    expect(firstOf('pike')?.kind).toBe('command');
  });

  it('puts the whole name before a longer one, however new that conversation is', () => {
    expect(labels('wren')[0]).toEqual(['people', 'wren', 'wrenna']);
  });

  it('understands what is wanted of somebody, once it is written out', () => {
    expect(firstOf('call gran')).toMatchObject({ label: 'Grandmother', act: { do: 'call' } });
    expect(firstOf('message gran')).toMatchObject({ label: 'Grandmother', act: { do: 'message' } });
    expect(labels('m').find(([id]) => id === 'people')).not.toContain('wren');
  });

  it('writes to who was only asked yet', () => {
    expect(firstOf('sorrel')).toMatchObject({ act: { do: 'message' } });
  });

  it('finds commands by their words and by what people also call them', () => {
    expect(firstOf('privacy')).toMatchObject({ act: { do: 'settings', section: 'privacy' } });
    expect(firstOf('shortcuts')).toMatchObject({ kind: 'command' });
    expect(firstOf('dnd')).toMatchObject({ act: { do: 'presence', presence: 'dnd' } });
    expect(firstOf('headset')).toMatchObject({ act: { do: 'devices' } });
    expect(firstOf('dark')).toMatchObject({ act: { do: 'theme', theme: 'dark' } });
  });

  it('offers what a call needs while there is one, first', () => {
    const mine = aCall({ phase: 'active', muted: true });
    expect(labels('', withCalls(mine))[0]).toEqual(['now', 'Unmute', 'Hold', 'Hang up', 'Return to the call with wren']);
    expect(firstOf('hang', withCalls(mine))).toMatchObject({ act: { do: 'hang-up', call: mine } });
    expect(firstOf('hang')).toMatchObject({ id: 'look-up' });
    const ringing = aCall({ direction: 'in', phase: 'ringing', name: 'marlow' });
    expect(labels('', withCalls(ringing))[0]).toEqual(['now', 'Answer marlow', 'Decline marlow']);
    expect(labels('echo', withCalls(mine)).flat()).not.toContain('Hear yourself with the echo service');
  });

  it('goes on with what nobody here is called: a name is looked up, a link is used', () => {
    expect(labels('zzyzx')).toEqual([['elsewhere', 'Look up “zzyzx”']]);
    expect(firstOf(' lilliput:tern?key=00 ')).toMatchObject({
      label: 'Use this invitation link',
      act: { do: 'add', name: 'lilliput:tern?key=00' },
    });
  });
});
