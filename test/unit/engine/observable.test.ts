import { describe, expect, it } from 'vitest';
import { createCollection, createFeed, createValue } from '../../../main/engine/observable.ts';

const take = async <T>(source: AsyncGenerator<T, void, void>, count: number): Promise<T[]> => {
  const got: T[] = [];
  while (got.length < count) {
    const next = await source.next();
    if (next.done === true) break;
    got.push(next.value);
  }
  return got;
};

describe('an observable value', () => {
  it('gives a new watcher the current value at once', async () => {
    const value = createValue('a');
    value.set('b');
    expect(await take(value.watch(undefined), 1)).toEqual(['b']);
  });

  it('gives a slow watcher only the newest value', async () => {
    const value = createValue(0);
    const watch = value.watch(undefined);
    expect(await take(watch, 1)).toEqual([0]);
    value.set(1);
    value.set(2);
    value.set(3);
    expect(await take(watch, 1)).toEqual([3]);
  });

  it('ends when its signal aborts, also while it waits', async () => {
    const value = createValue(0);
    const stop = new AbortController();
    const watch = value.watch(stop.signal);
    await take(watch, 1);
    const waiting = watch.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});

describe('an observable collection', () => {
  const make = () => createCollection<string, { id: string; n: number }>((item) => item.id);

  it('sends the whole, then each thing that changed, once', async () => {
    const collection = make();
    collection.upsert({ id: 'a', n: 1 });
    const watch = collection.watch(undefined);
    expect(await take(watch, 1)).toEqual([{ type: 'snapshot', items: [{ id: 'a', n: 1 }] }]);
    collection.upsert({ id: 'a', n: 2 });
    collection.upsert({ id: 'a', n: 3 });
    collection.upsert({ id: 'b', n: 1 });
    collection.remove('b');
    expect(await take(watch, 2)).toEqual([
      { type: 'upsert', item: { id: 'a', n: 3 } },
      { type: 'remove', key: 'b' },
    ]);
  });

  it('replaces its content by the differences alone', async () => {
    const collection = createCollection<string, { id: string; n: number }>(
      (item) => item.id,
      (a, b) => a.n === b.n,
    );
    collection.replaceAll([
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
    ]);
    const watch = collection.watch(undefined);
    await take(watch, 1);
    collection.replaceAll([
      { id: 'a', n: 1 },
      { id: 'c', n: 1 },
    ]);
    expect(await take(watch, 2)).toEqual([
      { type: 'remove', key: 'b' },
      { type: 'upsert', item: { id: 'c', n: 1 } },
    ]);
  });
});

describe('an event feed', () => {
  it('keeps the newest events for a watcher that is late', async () => {
    const feed = createFeed<number>(2);
    const watch = feed.watch(undefined);
    const first = watch.next();
    feed.emit(1);
    expect(await first).toEqual({ done: false, value: 1 });
    feed.emit(2);
    feed.emit(3);
    feed.emit(4);
    expect(await take(watch, 2)).toEqual([3, 4]);
  });

  it('tells a watcher that is too late that it missed some, and all that come after that', async () => {
    const feed = createFeed<number | 'missed'>(2, 'missed');
    const watch = feed.watch(undefined);
    const first = watch.next();
    feed.emit(1);
    await first;
    for (const event of [2, 3, 4]) feed.emit(event);
    expect(await take(watch, 2)).toEqual(['missed', 4]);
  });
});
