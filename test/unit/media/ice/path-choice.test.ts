import { expect, test } from 'vitest';
import type { Base, BaseKind } from '../../../../main/media/ice/base.ts';
import { CheckList } from '../../../../main/media/ice/check-list.ts';
import { Generation } from '../../../../main/media/ice/generation.ts';
import type { Pair } from '../../../../main/media/ice/pair.ts';
import { PathChoice } from '../../../../main/media/ice/path-choice.ts';
import { seededRandom } from './sim-call.ts';

const baseOf = (kind: BaseKind, host: string): Base => ({
  kind,
  address: { family: 4, host, port: 4_000 },
  localPreference: 0,
  overheadBytes: 28,
  only: null,
  route: () => ({ send: () => undefined, isRefused: false }),
});

/** A direct path that is in use, on which media came at 1 s, and a relay beside it; both answer. */
function twoWays() {
  const generation = new Generation(0, seededRandom(1));
  generation.begin({ ufrag: 'them', pwd: 'their password' }, 0);
  const list = new CheckList();
  list.addBase(baseOf('host', '192.168.0.2'), generation, true, 0);
  list.addBase(baseOf('relay', '198.41.0.4'), generation, true, 0);
  list.addTold({ type: 'srflx', address: { family: 4, host: '81.2.1.1', port: 5_000 }, priority: 1 }, generation, true, 0);
  const choice = new PathChoice(list, () => undefined);
  for (const pair of list.pairs) {
    const check = { pair, transactionId: pair.base.kind, sentAtMs: 0, role: 'controlling' as const };
    pair.sent(check, 0);
    pair.answered(check, 40);
  }
  choice.choose(generation, true, 40);
  const of = (kind: BaseKind): Pair => {
    const found = list.pairs.find(({ base }) => base.kind === kind);
    if (found === undefined) throw new Error(`a pair of ${kind}`);
    return found;
  };
  const [direct, relayed] = [of('host'), of('relay')];
  expect(choice.selected).toBe(direct);
  choice.arrived(direct, 1_000);
  return { choice, direct, relayed };
}

test('who doubts the path in use, and then asks on it without a doubt while sending on it, is content', () => {
  const { choice, direct, relayed } = twoWays();
  choice.isDoubted(relayed, 1_010);
  expect(choice.isInDoubt).toBe(true);
  choice.isTrusted(direct, 1_050);
  expect(choice.isInDoubt).toBe(false);
});

test('but not who asks so on another path, nor who no longer sends on this one', () => {
  const { choice, direct, relayed } = twoWays();
  choice.isDoubted(relayed, 1_010);
  choice.isTrusted(relayed, 1_020);
  choice.arrived(relayed, 1_190);
  choice.isTrusted(direct, 1_200);
  expect(choice.isInDoubt).toBe(true);
  choice.arrived(direct, 1_210);
  choice.isTrusted(direct, 1_220);
  expect(choice.isInDoubt).toBe(false);
});

test('our own doubt is not ended by what they ask', () => {
  const { choice, direct } = twoWays();
  choice.doubt(1_010);
  choice.isTrusted(direct, 1_020);
  expect(choice.isInDoubt).toBe(true);
});
