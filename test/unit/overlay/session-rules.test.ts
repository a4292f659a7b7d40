import { describe, expect, test } from 'vitest';
import { judgeOffer, judgeReply, type HeldSession } from '../../../main/overlay/people/session-rules.ts';

const held: HeldSession = { id: 's1', peerInstance: 'i1', hasLink: true, isLive: true, isLinkDialedByThem: false };
const silent: HeldSession = { ...held, hasLink: false, isLive: false };

describe('the answering side', () => {
  test.each([
    ['nothing held', null, { session: null, instance: 'i1' }, 'fresh'],
    ['they restarted', held, { session: null, instance: 'i2' }, 'fresh'],
    ['they restarted and name an old session', held, { session: 's1', instance: 'i2' }, 'fresh'],
    ['they come back to it', held, { session: 's1', instance: 'i1' }, 'resume'],
    ['they come back to an interrupted one', silent, { session: 's1', instance: 'i1' }, 'resume'],
    ['they mean another', held, { session: 's9', instance: 'i1' }, 'fresh'],
    ['both dialed, and a link already works', held, { session: null, instance: 'i1' }, 'ignore'],
    ['they gave it up while it was interrupted', silent, { session: null, instance: 'i1' }, 'fresh'],
    ['we have forgotten it', null, { session: 's1', instance: 'i1' }, 'fresh'],
  ] as const)('%s', (_name, session, offer, verdict) => {
    expect(judgeOffer(session, offer)).toBe(verdict);
  });
});

describe('the dialing side', () => {
  test.each([
    ['nothing held', null, true, 'adopt'],
    ['ours goes on', { ...held, id: 'new' }, true, 'resume'],
    ['they have forgotten ours', silent, true, 'adopt'],
    ['both dialed, we are the lower', { ...held, isLinkDialedByThem: true }, true, 'adopt'],
    ['both dialed, we are the higher', { ...held, isLinkDialedByThem: true }, false, 'drop'],
    ['they dialed before, but that link is silent', { ...silent, isLinkDialedByThem: true }, false, 'adopt'],
  ] as const)('%s', (_name, session, areWeLower, verdict) => {
    expect(judgeReply(session, 'new', areWeLower)).toBe(verdict);
  });
});

/** Both dial at once: every order in which the two hellos and the two replies can be read. */
test('when both dial at once, both end in the same session over the same link', () => {
  type Name = 'low' | 'high';
  interface Held extends HeldSession {
    readonly link: Name;
  }
  const ends: (readonly [Held | null, Held | null])[] = [];
  const explore = (
    state: Readonly<Record<Name, Held | null>>,
    wire: readonly { readonly kind: 'hello' | 'reply'; readonly dialer: Name; readonly session: string | null }[],
  ): void => {
    if (wire.length === 0) {
      ends.push([state.low, state.high]);
      return;
    }
    for (const message of wire) {
      const rest = wire.filter((other) => other !== message);
      const { dialer } = message;
      const other: Name = dialer === 'low' ? 'high' : 'low';
      if (message.kind === 'hello') {
        const verdict = judgeOffer(state[other], { session: message.session, instance: dialer });
        if (verdict === 'ignore') explore(state, rest);
        else {
          const id = verdict === 'resume' ? (state[other]?.id ?? '') : `answered-by-${other}`;
          // The link counts as live only once something was heard on it; both possibilities.
          for (const isLive of [true, false]) {
            const session = { id, peerInstance: dialer, hasLink: true, isLive, isLinkDialedByThem: true, link: dialer };
            explore({ ...state, [other]: session }, [...rest, { kind: 'reply', dialer, session: id }]);
          }
        }
        continue;
      }
      const id = message.session ?? '';
      const verdict = judgeReply(state[dialer], id, dialer === 'low');
      const session = { id, peerInstance: other, hasLink: true, isLive: true, isLinkDialedByThem: false, link: dialer };
      explore(verdict === 'drop' ? state : { ...state, [dialer]: session }, rest);
    }
  };
  explore({ low: null, high: null }, [
    { kind: 'hello', dialer: 'low', session: null },
    { kind: 'hello', dialer: 'high', session: null },
  ]);
  expect(ends.length).toBeGreaterThan(10);
  for (const [low, high] of ends) {
    expect(low).not.toBeNull();
    expect([low?.id, low?.link]).toEqual([high?.id, high?.link]);
  }
});
