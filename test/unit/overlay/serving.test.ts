import { expect, it } from 'vitest';
import { servingNow } from '../../../main/overlay/serving.ts';

it.each([
  ['a supernode that hears others is a gateway and a blind relay', true, 3, true, { gateway: true, blindRelay: true }],
  ['one that hears nobody leads nowhere', true, 0, true, { gateway: false, blindRelay: true }],
  ['who is no supernode is not found', false, 3, true, { gateway: false, blindRelay: false }],
  ['nobody is either against the person’s will', true, 3, false, { gateway: false, blindRelay: false }],
])('%s', (_what, supernode, nodesHeard, mayCarry, expected) => {
  expect(servingNow({ supernode, nodesHeard }, mayCarry)).toEqual(expected);
});
