import { spread, type Bench } from '../figures.ts';
import { startPair, type Friend } from '../rig/headless-pair.ts';
import { itemsOf, watch } from '../rig/watched.ts';

const messages = 200;
/** People don't type in step with anybody's timers: pauses differ, and stay under the 25 messages a second that are sent. */
const pauseMs = { least: 40, more: 37 };

interface MessageTimes {
  readonly shownMs: number;
  readonly deliveredMs: number;
}

async function write(from: Friend, to: Friend): Promise<readonly MessageTimes[]> {
  const timelineOf = ({ client, contact }: Friend) =>
    watch((signal) => client.conversations.watchTimeline({ id: contact.accountKey, limit: 1 }, { signal }), itemsOf);
  const [sent, received] = await Promise.all([timelineOf(from), timelineOf(to)]);
  const times: MessageTimes[] = [];
  try {
    for (let i = 0; i < messages; i += 1) {
      const text = `Seed potatoes are in, sack ${i}. Call me?`;
      const clickedAt = performance.now();
      // oxlint-disable no-await-in-loop -- one message at a time
      const { messageId } = await from.client.conversations.send({ id: from.contact.accountKey, text });
      const [shown, delivered] = await Promise.all([
        received.first((item) => item.kind === 'message' && item.text === text, 'the other side shows it'),
        sent.first((item) => item.kind === 'message' && item.id === messageId && item.delivery === 'delivered', 'delivered'),
      ]);
      times.push({ shownMs: shown.atMs - clickedAt, deliveredMs: delivered.atMs - clickedAt });
      await new Promise((resolve) => setTimeout(resolve, pauseMs.least + ((i * 11) % pauseMs.more)));
      // oxlint-enable no-await-in-loop
    }
    return times;
  } finally {
    sent.stop();
    received.stop();
  }
}

export const messageDelivery: Bench = {
  name: 'messages',
  what:
    `${messages} messages between two engines in separate processes. Shown: from the command reaching the sender’s bridge to the ` +
    'other’s bridge telling it. Delivered: until the sender is told that it lies on the other’s disk.',
  async run({ dir }) {
    const pair = await startPair(dir);
    try {
      const { caller, callee } = pair.people();
      const times = await write(caller, callee);
      return [
        ...spread(
          'message shown',
          'ms',
          times.map(({ shownMs }) => shownMs),
        ),
        ...spread(
          'message delivered',
          'ms',
          times.map(({ deliveredMs }) => deliveredMs),
          { p95: 100 },
        ),
      ];
    } finally {
      await pair.stop();
    }
  },
};
