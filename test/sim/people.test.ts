import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { SendResult } from '../../main/ports/peer-wire.ts';
import type { Logger } from '../../main/ports/logger.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { appear, dialRaw, say, trueHello, twoFriends, want, type Someone } from './people-rig.ts';
import { checkCertificate, createPerson, eventually, World } from './world.ts';

let world = new World();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await world.stop();
  world = new World();
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Breaks the current link under the session, as a change of network would: both ends see their stream die. */
const breakLinks = ({ node }: Someone): void => node.overlay.breakLinks();

describe('two friends', () => {
  test('meet as soon as the disk of one of them has room again to remember whom it met', async () => {
    const [first, second] = [createPerson(), createPerson()];
    const disk = { isFull: true, refused: 0 };
    const supernode = await world.add([]);
    const left = await appear(
      await world.add([supernode.at()], {
        certificateCheck(certificate, nowMs) {
          if (!disk.isFull) return checkCertificate(certificate, nowMs);
          disk.refused += 1;
          throw new Error('the disk is full');
        },
      }),
      () => [second],
      first,
    );
    const right = await appear(await world.add([supernode.at()]), () => [first], second);
    want(left, [second]);
    want(right, [first]);
    // Both ways of meeting: as the one who dials, and as the one who is dialed.
    await eventually('a hello could not be judged', () => disk.refused >= 2);
    disk.isFull = false;
    await eventually('both are connected', () => left.states.includes('connected') && right.states.includes('connected'));
    expect(say(left, right, 'at last')).toBe('queued');
  });

  test('find each other by their keys of the day, and talk both ways', async () => {
    const [left, right] = await twoFriends(world);
    expect(say(left, right, 'hello')).toBe('queued');
    expect(say(right, left, 'good day')).toBe('queued');
    await eventually('both heard', () => right.heard.includes('hello') && left.heard.includes('good day'));
  });

  test('lose nothing and hear nothing twice, however often the link breaks', { timeout: 60_000 }, async () => {
    const [left, right] = await twoFriends(world);
    const sent: string[] = [];
    for (let round = 0; round < 6; round++) {
      for (let count = 0; count < 10; count++) {
        const text = `${round}.${count}`;
        // oxlint-disable-next-line no-await-in-loop -- the sender keeps to the wire's rate
        await eventually('it is taken', () => say(left, right, text) === 'queued');
        sent.push(text);
        if (count === 4) breakLinks(round % 2 === 0 ? left : right);
      }
      // oxlint-disable-next-line no-await-in-loop -- the next break comes when the session is back
      await eventually('it all arrives', () => right.heard.length === sent.length);
    }
    expect(right.heard).toEqual(sent);
    expect(left.states).not.toContain('closed');
    expect(left.states.filter((state) => state === 'resumed').length).toBeGreaterThanOrEqual(1);
  });

  test('notice at once when the other leaves in good order', async () => {
    const [left, right] = await twoFriends(world);
    await right.node.overlay.people.setIdentity(null, null);
    await eventually('left saw the end', () => left.states.at(-1) === 'closed');
    expect(say(left, right, 'too late')).toBe('not-connected');
  });

  test('are one session even when both dial at the same moment', async () => {
    const [left, right] = await twoFriends(world);
    await eventually('quiet', () => left.states.at(-1) !== 'interrupted' && right.states.at(-1) !== 'interrupted');
    left.node.overlay.people.refresh();
    right.node.overlay.people.refresh();
    say(left, right, 'still here');
    await eventually('heard', () => right.heard.includes('still here'));
    expect(right.heard).toEqual(['still here']);
  });

  test('stop hearing each other as soon as one is blocked', async () => {
    const [left, right] = await twoFriends(world);
    left.node.overlay.people.setAdmission(() => false);
    await eventually('right saw the end', () => right.states.at(-1) === 'closed');
    expect(left.states.at(-1)).toBe('closed');
    // It keeps knocking, and gets nothing: its hello is never answered.
    left.states.length = 0;
    right.node.overlay.people.refresh();
    const { people } = left.node.overlay;
    const blocked = dialRaw(right.node, left.person, (hash) => trueHello(right.person, 'dialer', hash));
    await expect(blocked).resolves.toBe('silent');
    expect(left.states).toEqual([]);
    people.setAdmission((account) => account === right.account);
    want(left, [right.person]);
    await eventually('forgiven', () => right.states.at(-1) === 'connected');
  });
});

describe('a killed program', () => {
  test('is noticed by its silence alone, and found again when it comes back', { timeout: 60_000 }, async () => {
    const supernode = await world.add([]);
    const [seed, friendSeed] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const friend = createPerson(seed);
    const self = await appear(await world.add([supernode.at()]), () => [friend], createPerson(friendSeed));
    want(self, [friend]);
    const startChild = (): ChildProcess => {
      const script = fileURLToPath(new URL('peer-process.ts', import.meta.url));
      const child = spawn(process.execPath, [script, String(supernode.at().port), hex(seed), hex(friendSeed)], {
        stdio: 'inherit',
      });
      children.push(child);
      return child;
    };
    const child = startChild();
    await eventually('connected', () => self.states.includes('connected'));
    self.wire.send(friend.identity.account, Buffer.from('echo?'));
    await eventually('echoed', () => self.heard.includes('echo?'));

    child.kill('SIGKILL');
    await eventually('offline', () => self.states.at(-1) === 'closed');
    expect(self.states.slice(-2)).toEqual(['interrupted', 'closed']);
    startChild();
    await eventually('back', () => self.states.at(-1) === 'connected');
  });
});

describe('limits', () => {
  test('a friend’s newest device takes the place of the one before, however many there are', async () => {
    const seed = systemRandom.bytes(32);
    const friend = createPerson(seed);
    const supernode = await world.add([]);
    const host = await appear(await world.add([supernode.at()]), () => [friend]);
    const visits: string[] = [];
    for (let device = 0; device < 4; device += 1) {
      const person = createPerson(seed, `device ${device}`);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      visits.push(await dialRaw(supernode, host.person, (hash) => trueHello(person, 'dialer', hash)));
    }
    expect(visits).toEqual(Array.from({ length: 4 }, () => 'answered'));
    expect(host.states.filter((state) => state === 'connected' || state === 'closed')).toEqual([
      'connected',
      ...Array.from({ length: 3 }, () => ['closed', 'connected']).flat(),
    ]);
  });

  test('a message that is too large, or too many, isn’t taken by an honest sender', async () => {
    const [left, right] = await twoFriends(world);
    expect(left.wire.send(right.account, new Uint8Array(1_001))).toBe('too-large');
    const results = Array.from({ length: 260 }, () => left.wire.send(right.account, new Uint8Array(10)));
    expect(results.filter((result) => result === 'too-much').length).toBeGreaterThan(0);
    await eventually('the others arrive', () => right.heard.length === results.filter((each) => each === 'queued').length);
    expect(right.states).not.toContain('closed');
  });

  test('who sends more than agreed loses the session', async () => {
    const [first, second] = [createPerson(), createPerson()];
    const supernode = await world.add([]);
    const strict = await appear(await world.add([supernode.at()]), () => [second], first);
    const node = await world.add([supernode.at()]);
    const greedy = node.overlay.people.wire('lilliput/test/1', { maxMessageBytes: 60_000, maxMessagesPerSecond: 10_000 });
    node.overlay.people.setAdmission((account) => account === first.identity.account);
    await node.overlay.people.setIdentity(second.identity, second.listening);
    const oversteps: (() => SendResult)[] = [
      () => greedy.send(first.identity.account, new Uint8Array(5_000)),
      () => {
        const sent = greedy.send(first.identity.account, new Uint8Array(1));
        for (let count = 0; count < 3_000; count++) greedy.send(first.identity.account, new Uint8Array(1));
        return sent;
      },
    ];
    for (const overstep of oversteps) {
      strict.states.length = 0;
      node.overlay.people.setWanted([{ account: first.identity.account, address: first.address }]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await eventually('connected', () => strict.states.includes('connected'));
      // The answering side is connected a moment before the dialing side is.
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await eventually('it is sent', () => overstep() === 'queued');
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await eventually('closed', () => strict.states.includes('closed'));
      expect(strict.heard.length).toBeLessThan(1_000);
      node.overlay.people.setWanted([]);
    }
  });
});

/** Keeps the names of what is logged. */
function rememberingLogger(): { readonly log: Logger; readonly events: string[] } {
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  const log: Logger = { debug: note, info: note, warn: note, error: note, child: () => log };
  return { log, events };
}

describe('a service', () => {
  test('is found by its topic, talks to whoever comes, and forgets them when they leave', async () => {
    const host = await appear(await world.add([]), () => []);
    await host.node.overlay.people.offerService('echo');
    const visitor = await appear(await world.add([host.node.at()], { supernodeMode: 'off' }), () => []);
    const peer = await visitor.node.overlay.people.visitService('echo', new AbortController().signal);
    expect(peer.account).toBe(host.account);
    say(visitor, host, 'one two');
    await eventually('heard', () => host.heard.includes('one two'));
    visitor.node.overlay.people.leave(peer.account);
    await eventually('left', () => host.states.at(-1) === 'closed' && visitor.states.at(-1) === 'closed');
  });

  test('is found by a visitor whose account is signed in only while it is looking', async () => {
    const host = await appear(await world.add([]), () => []);
    await host.node.overlay.people.offerService('echo');
    const other = await appear(await world.add([host.node.at()]), () => []);
    const visitor = await world.add([host.node.at()]);
    const visit = visitor.overlay.people.visitService('echo', new AbortController().signal);
    const person = createPerson();
    // Meanwhile another visit takes its full time.
    await other.node.overlay.people.visitService('echo', new AbortController().signal);
    await visitor.overlay.people.setIdentity(person.identity, person.listening);
    await expect(visit).resolves.toMatchObject({ account: host.account });
  });

  test('is found by a visitor who came a moment before it was offered', async () => {
    const host = await appear(await world.add([]), () => []);
    const { log, events } = rememberingLogger();
    const visitor = await appear(await world.add([host.node.at()], { log }), () => []);
    const visit = visitor.node.overlay.people.visitService('echo', new AbortController().signal);
    await eventually('the first look found nothing', () => events.includes('service-looked-for'));
    await host.node.overlay.people.offerService('echo');
    await expect(visit).resolves.toMatchObject({ account: host.account });
  });

  test('that nobody offers is not reachable', async () => {
    const host = await world.add([]);
    const visitor = await appear(await world.add([host.at()]), () => []);
    const visit = visitor.node.overlay.people.visitService('nothing', new AbortController().signal);
    await expect(visit).rejects.toMatchObject({ code: 'NOT_REACHABLE', reason: 'nobody-offers-it' });
  });
});
