import assert from 'node:assert/strict';
import type { HostedProcess, ProcessExit, ProcessHost } from '../../../main/ports/process-host.ts';
import { closed, mailbox } from './support.ts';

/** A host whose `engine` entry is `fixtures/echo-fixture.ts`. */
export interface ConformanceCase {
  readonly name: string;
  run(host: ProcessHost): Promise<void>;
}

const exitOf = (hosted: HostedProcess): Promise<ProcessExit> => new Promise((resolve) => hosted.onExit(resolve));

/** What every `ProcessHost` does, whichever it is. Plain assertions: one of them runs inside Electron, without a test runner. */
export const processHostCases: readonly ConformanceCase[] = [
  {
    name: 'delivers the boot message and speaks over the control port',
    async run(host) {
      const hosted = host.start('engine', { profile: 'α', bytes: new Uint8Array([1, 2, 3]) });
      const box = mailbox(hosted.port);
      assert.deepEqual((await box.next()).message, { booted: { profile: 'α', bytes: new Uint8Array([1, 2, 3]) } });
      hosted.port.post({ question: 1 });
      assert.deepEqual((await box.next()).message, { echo: { question: 1 } });
      await hosted.stop();
    },
  },
  {
    name: 'sends ports over ports and keeps what was said on them before anybody listened',
    async run(host) {
      const hosted = host.start('engine', {});
      const channel = host.createChannel();
      channel.near.post('said early');
      hosted.port.post('adopt this', [channel.far]);
      const box = mailbox(channel.near);
      assert.deepEqual((await box.next()).message, { echo: 'said early', ports: 0 });
      const inner = host.createChannel();
      const innerBox = mailbox(inner.near);
      channel.near.post('with a port', [inner.far]);
      assert.deepEqual((await box.next()).message, { echo: 'with a port', ports: 1 });
      assert.deepEqual((await innerBox.next()).message, 'hello over a port that came over a port');
      await hosted.stop();
    },
  },
  {
    name: 'keeps the order of messages',
    async run(host) {
      const hosted = host.start('engine', {});
      const box = mailbox(hosted.port);
      await box.next();
      for (let index = 0; index < 200; index += 1) hosted.port.post(index);
      const echoed: unknown[] = [];
      for (let index = 0; index < 200; index += 1) echoed.push((await box.next()).message);
      assert.deepEqual(
        echoed,
        Array.from({ length: 200 }, (_, index) => ({ echo: index })),
      );
      await hosted.stop();
    },
  },
  {
    name: 'tells the other end of a channel that it closed',
    async run(host) {
      const channel = host.createChannel();
      const gone = closed(channel.far);
      channel.far.onMessage(() => undefined);
      channel.near.close();
      await gone;
    },
  },
  {
    name: 'stops in good order, and says that it was expected',
    async run(host) {
      const hosted = host.start('engine', {});
      const box = mailbox(hosted.port);
      await box.next();
      const exit = exitOf(hosted);
      const stopped = hosted.stop();
      assert.deepEqual((await box.next()).message, 'stopping');
      await stopped;
      assert.equal((await exit).expected, true);
    },
  },
  {
    name: 'kills a process that does not stop',
    async run(host) {
      const hosted = host.start('engine', { lingers: true });
      await mailbox(hosted.port).next();
      await hosted.stop();
    },
  },
  {
    name: 'closes the ports of a process that fell, and says what happened',
    async run(host) {
      const hosted = host.start('engine', {});
      const channel = host.createChannel();
      const control = closed(hosted.port);
      const adopted = closed(channel.near);
      const box = mailbox(channel.near);
      hosted.port.post('adopt this', [channel.far]);
      channel.near.post('there?');
      await box.next();
      const exit = exitOf(hosted);
      hosted.port.post('throw');
      hosted.port.onMessage(() => undefined);
      assert.equal((await exit).expected, false);
      await Promise.all([control, adopted]);
    },
  },
  {
    name: 'reports an exit that happened before anybody asked',
    async run(host) {
      const hosted = host.start('engine', {});
      await mailbox(hosted.port).next();
      const first = exitOf(hosted);
      hosted.kill();
      await first;
      assert.equal((await exitOf(hosted)).expected, false);
    },
  },
];
