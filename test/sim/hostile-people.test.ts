import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { SecretStream } from '../../native-shims/hyperdht/index.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { listenIn } from './overheard.ts';
import { appear, dialRaw, openRaw, say, trueHello, twoFriends, want } from './people-rig.ts';
import { createPerson, eventually, World } from './world.ts';

let world = new World();
afterEach(async () => {
  await world.stop();
  world = new World();
});

describe('strangers', () => {
  test('a forged hello is met with silence', async () => {
    const [left, right] = await twoFriends(world);
    left.states.length = 0;
    const forgeries: readonly ((hash: Buffer) => Uint8Array)[] = [
      () => Buffer.from('let me in'),
      () => systemRandom.bytes(60_000),
      // Somebody we don't know, with a certificate in good order.
      (hash) => trueHello(createPerson(), 'dialer', hash),
      // A friend's true hello, but from another connection; and one sent back at us.
      () => trueHello(right.person, 'dialer', systemRandom.bytes(64)),
      (hash) => trueHello(right.person, 'answerer', hash),
      // A friend's certificate with a signature of somebody else's device.
      (hash) => {
        const { identity } = createPerson();
        const person = { ...right.person, identity: { ...right.person.identity, sign: identity.sign } };
        return trueHello(person, 'dialer', hash);
      },
    ];
    const results = await Promise.all(forgeries.map((forgery) => dialRaw(right.node, left.person, forgery)));
    expect(results).toEqual(forgeries.map(() => 'silent'));
    expect(left.states).toEqual([]);
    // The same way of dialing with a true hello does get an answer: the silence above is no accident.
    await expect(dialRaw(right.node, left.person, (hash) => trueHello(right.person, 'dialer', hash))).resolves.toBe('answered');
  });

  test('that say again what they overheard of a handshake are nobody, and disturb nobody', async () => {
    const stopListening = listenIn();
    const [left, right] = await twoFriends(world);
    const overheard = stopListening();
    const states = left.states.length;
    // From somewhere else, and from beside the friend whose words they are.
    for (const host of ['127.251.1.1', right.node.at().host]) {
      const replayer = createSocket('udp4');
      replayer.bind(0, host);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await once(replayer, 'listening');
      let answers = 0;
      replayer.on('message', () => (answers += 1));
      for (let round = 0; round < 5; round += 1) {
        for (const { bytes, to } of overheard) replayer.send(bytes, to.port, to.host);
      }
      // They were heard: it is no accident that nothing comes of them.
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await eventually('some are answered', () => answers > 0);
      replayer.close();
    }
    await expect(dialRaw(right.node, left.person, (hash) => trueHello(createPerson(), 'dialer', hash))).resolves.toBe('silent');
    expect(left.states).toHaveLength(states);
    expect(say(right, left, 'are you there?')).toBe('queued');
    await eventually('the friend is heard', () => left.heard.includes('are you there?'));
    expect(left.heard).toEqual(['are you there?']);
  });

  test('that say nothing, a byte now and then, or too much at once are not waited for', { timeout: 30_000 }, async () => {
    const host = await appear(await world.add([]), () => []);
    const manners: readonly ((stream: SecretStream) => NodeJS.Timeout | null)[] = [
      () => null,
      (stream) => setInterval(() => stream.write(Buffer.of(0)), 100),
      (stream) => {
        stream.write(new Uint8Array(200_000));
        return null;
      },
    ];
    const visits = manners.map(async (manner) => {
      const { stream, end } = await openRaw(host.node, host.person);
      const closed = new Promise<void>((resolve) => void stream.on('close', resolve));
      const heard: Buffer[] = [];
      stream.on('data', (bytes) => heard.push(bytes));
      const timer = manner(stream);
      await closed;
      if (timer !== null) clearInterval(timer);
      await end();
      return heard.length;
    });
    expect(await Promise.all(visits)).toEqual([0, 0, 0]);
    expect(host.states).toEqual([]);
  });
});

describe('a friend whose program breaks the rules', () => {
  test('loses the connection at a frame that is too large, and harms nobody with garbage', { timeout: 60_000 }, async () => {
    const friend = createPerson();
    const other = createPerson();
    const host = await appear(await world.add([]), () => [friend, other]);
    const bystander = await appear(await world.add([host.node.at()]), () => [host.person], other);
    want(bystander, [host.person]);
    await eventually('the other friend is there', () => bystander.states.includes('connected'));
    const garbage: readonly Uint8Array[] = [
      new Uint8Array(200_000),
      systemRandom.bytes(60_000),
      // What the multiplexer takes for control: open, reject, close, a batch; and messages of channels that nobody opened.
      ...Array.from({ length: 40 }, (_, number) => Buffer.concat([Buffer.of(0, number % 4), systemRandom.bytes(number * 7)])),
      ...Array.from({ length: 40 }, (_, number) => Buffer.concat([Buffer.of(number % 5, 0), systemRandom.bytes(number)])),
    ];
    const [tooLarge = new Uint8Array(), ...others] = garbage;
    for (const frames of [[tooLarge], others]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { stream, end } = await openRaw(host.node, host.person);
      const answered = new Promise<void>((resolve) => void stream.on('data', () => resolve()));
      const closed = new Promise<void>((resolve) => void stream.on('close', resolve));
      stream.write(trueHello(friend, 'dialer', stream.handshakeHash));
      // oxlint-disable-next-line no-await-in-loop -- the garbage comes after the hello
      await answered;
      for (const frame of frames) stream.write(frame);
      // oxlint-disable-next-line no-await-in-loop -- it is cut off, at the latest when it has said nothing sensible for long
      await closed;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await end();
    }
    expect(host.heard).toEqual([]);
    expect(bystander.states).not.toContain('interrupted');
    expect(say(bystander, host, 'still here')).toBe('queued');
    await eventually('the other friend is heard', () => host.heard.includes('still here'));
    const real = await appear(await world.add([host.node.at()]), () => [host.person], friend);
    want(real, [host.person]);
    await eventually('the friend is back with a sound program', () => real.states.includes('connected'));
    expect(say(real, host, 'sorry')).toBe('queued');
    await eventually('the friend is heard', () => host.heard.includes('sorry'));
  });
});
