import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessageTeller } from '../../../main/cli/message-words.ts';
import { createOutput } from '../../../main/cli/output.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, id, newProfile, startMs, writeTo, type Profile } from '../storage/profile.ts';

/** What a terminal says of messages that arrive. */
let profile: Profile;
let storage: Storage;
let said: string[];
let look: (isNews?: boolean) => void;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
  said = [];
  const tell = createMessageTeller(createOutput(false, (text) => said.push(text.trimEnd())));
  look = (isNews = true) => tell(storage.conversations.view(alice), isNews);
});
afterEach(() => profile.dispose());

const comes = (sequence: number, nowMs = startMs): void => {
  const message = { id: id(sequence), sequence, text: `${sequence}`, replyTo: null, sentMs: startMs, nowMs };
  expect(storage.messages.addIncoming(alice, message).result).toBe('stored');
  look();
};

describe('Of messages a terminal says', () => {
  it('each that arrives, also one that stands above the last, and then when it came', () => {
    for (const sequence of [1, 3]) comes(sequence);
    comes(2, startMs + 60_000);
    expect(storage.conversations.view(alice).last?.id).toBe(id(3));
    const arrivedAt = new Date(startMs + 60_000).toISOString();
    expect(said).toEqual(['Message: 1', 'Message: 3', `Message: 2  [arrived ${arrivedAt}]`]);
  });

  it('none twice: not when the last is deleted, when they are read, or when we write', () => {
    for (const sequence of [1, 2]) comes(sequence);
    storage.messages.deleteIncoming(alice, id(2), 3, startMs);
    look();
    storage.conversations.markRead(alice);
    look();
    writeTo(storage, alice, 900, 'mine');
    look();
    comes(4);
    expect(said).toEqual(['Message: 1', 'Message: 2', 'Message: 4']);
  });

  it('none that was there before', () => {
    const message = { id: id(1), sequence: 1, text: 'old', replyTo: null, sentMs: startMs, nowMs: startMs };
    storage.messages.addIncoming(alice, message);
    look(false);
    look();
    comes(2);
    expect(said).toEqual(['Message: 2']);
  });
});
