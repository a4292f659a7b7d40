import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Inbox, Outbox, type Numbered } from '../../../main/overlay/people/reliable.ts';

/** One direction of a session over links that can break at any moment. */
class Direction {
  readonly outbox = new Outbox();
  readonly inbox = new Inbox();
  readonly sent: number[] = [];
  readonly delivered: number[] = [];
  flying: Numbered[] = [];
  acks: number[] = [];
  isUp = true;
  /** The rules saw something that can't happen. */
  hasFailed = false;

  send(): void {
    const value = this.sent.length;
    this.sent.push(value);
    const numbered = this.outbox.add(Uint8Array.of(value & 255, value >> 8));
    if (this.isUp) this.flying.push(numbered);
  }

  /** The first message in flight arrives, and is acknowledged. */
  arrive(): void {
    const numbered = this.flying.shift();
    if (numbered === undefined) return;
    const verdict = this.inbox.accept(numbered.sequence);
    if (verdict === 'gap') this.hasFailed = true;
    if (verdict === 'deliver') this.delivered.push((numbered.message[0] ?? 0) + (numbered.message[1] ?? 0) * 256);
    this.acks.push(this.inbox.received);
  }

  acknowledge(): void {
    const ack = this.acks.shift();
    if (ack !== undefined && !this.outbox.acknowledge(ack)) this.hasFailed = true;
  }

  breakLink(): void {
    this.isUp = false;
    this.flying = [];
    this.acks = [];
  }

  redial(): void {
    this.flying = [];
    this.acks = [];
    this.isUp = true;
    this.outbox.acknowledge(this.inbox.received);
    this.flying.push(...this.outbox.waiting);
  }
}

test('whatever breaks whenever, every message is delivered once and in order', () => {
  const step = constantFrom('send', 'send', 'arrive', 'arrive', 'acknowledge', 'breakLink', 'redial' as const);
  assert(
    property(array(step, { maxLength: 200 }), (steps) => {
      const direction = new Direction();
      for (const each of steps) direction[each]();
      direction.redial();
      while (direction.flying.length > 0) direction.arrive();
      while (direction.acks.length > 0) direction.acknowledge();
      expect(direction.hasFailed).toBe(false);
      expect(direction.delivered).toEqual(direction.sent);
      expect(direction.outbox.waiting).toEqual([]);
      expect(direction.outbox.bytes).toBe(0);
    }),
    { numRuns: 500, verbose: true },
  );
});

test('an acknowledgement of what was never sent is refused', () => {
  const outbox = new Outbox();
  outbox.add(new Uint8Array(3));
  expect(outbox.acknowledge(2)).toBe(false);
  expect(outbox.bytes).toBe(3);
});

test('an old acknowledgement, come late, takes nothing back', () => {
  const outbox = new Outbox();
  for (let count = 0; count < 3; count++) outbox.add(new Uint8Array(1));
  outbox.acknowledge(2);
  outbox.acknowledge(1);
  expect(outbox.waiting.map(({ sequence }) => sequence)).toEqual([3]);
});

test('a missing message is noticed', () => {
  const inbox = new Inbox();
  expect(inbox.accept(1)).toBe('deliver');
  expect(inbox.accept(3)).toBe('gap');
  expect(inbox.accept(1)).toBe('duplicate');
  expect(inbox.received).toBe(1);
});
