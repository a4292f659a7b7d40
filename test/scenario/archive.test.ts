/** Somebody takes everything along to another computer, in real processes: the archive, the export, and friends who were not told. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conversationFileSchema } from '../../main/export/index.ts';
import type { AccountView, BridgeClient } from '../../preload/contract/index.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { delivered, friendOnline, keyOf, messagesWith } from './support/watching.ts';

const passphrase = 'three grey geese in a green field';
const badInput = 9;
const nameTrouble = 4;

let here: Neighbourhood;
let bertKey: string;

beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide', 'bertrand');
  await Promise.all([here.run('adelaide'), here.run('bertrand')]);
  await here.befriend('adelaide', 'bertrand');
  const ada = await here.bridge('adelaide');
  bertKey = await keyOf(ada, 'bertrand');
  for (const text of ['one', 'two <b>', 'three']) await ada.conversations.send({ id: bertKey, text });
  await delivered(ada, bertKey, 'three');
}, 180_000);
afterAll(() => here.stop());

it('a conversation is a file to read, or for programs; never over one that is there', { timeout: 60_000 }, async () => {
  const json = join(here.home, 'bert.json');
  await here.command('adelaide', 'export', 'bertrand', json);
  const file = conversationFileSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
  expect(file.items.map((item) => (item.type === 'message' ? item.text : item.type))).toEqual(['one', 'two <b>', 'three']);
  expect(file).toMatchObject({ you: { name: 'adelaide' }, others: [{ name: 'bertrand', accountKey: bertKey }] });
  const html = join(here.home, 'bert.html');
  await here.command('adelaide', 'export', 'bertrand', html);
  expect(readFileSync(html, 'utf8')).toContain('two &lt;b&gt;');
  expect(statSync(html).mode & 0o777).toBe(0o600);
});

it(
  'an account moves to another computer, and its friends go on with it as if nothing had been',
  { timeout: 180_000 },
  async () => {
    const archive = join(here.home, 'adelaide.archive');
    await here.command('adelaide', 'archive', archive, '--passphrase', passphrase);
    await here.leave('adelaide');
    await here.command('moved', 'bring-back', archive, '--passphrase', passphrase);

    await here.run('moved');
    const moved = await here.bridge('moved');
    expect((await messagesWith(moved, bertKey)).map(({ text }) => text)).toEqual(['one', 'two <b>', 'three']);
    await friendOnline(moved, 'bertrand');
    await moved.conversations.send({ id: bertKey, text: 'from the new computer' });
    await delivered(moved, bertKey, 'from the new computer');

    const bert = await here.bridge('bertrand');
    const adaKey = await keyOf(bert, 'adelaide');
    await bert.conversations.send({ id: adaKey, text: 'welcome' });
    await delivered(bert, adaKey, 'welcome');
    expect((await messagesWith(bert, adaKey)).map(({ text }) => text)).toEqual([
      'one',
      'two <b>',
      'three',
      'from the new computer',
      'welcome',
    ]);
  },
);

/** Asks until it is answered: an engine that starts anew ends what it was asked. */
async function asked<Answer>(profile: string, ask: (client: BridgeClient) => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    // oxlint-disable no-await-in-loop -- one after the other
    try {
      return await ask(await here.bridge(profile));
    } catch (error) {
      if (attempt === 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    // oxlint-enable no-await-in-loop
  }
}

/** The account as this computer shows it, once that is so. */
const accountWhere = (profile: string, isSo: (account: AccountView) => boolean): Promise<AccountView> =>
  asked(profile, async (client) => {
    for await (const state of await client.account.watch(undefined, { signal: AbortSignal.timeout(60_000) }))
      if (state.kind === 'ready' && isSo(state.account)) return state.account;
    throw new Error(`${profile} never came to that`);
  });

it(
  'the old computer is told by its friends that the account moved, keeps still, and can have it back',
  { timeout: 180_000 },
  async () => {
    await here.run('adelaide');
    const { movedMs } = await accountWhere('adelaide', (account) => account.movedMs !== null);
    expect(Math.abs(Date.now() - (movedMs ?? 0))).toBeLessThan(10 * 60_000);
    // The friend goes on with the new one, undisturbed.
    const moved = await here.bridge('moved');
    await moved.conversations.send({ id: bertKey, text: 'still here' });
    await delivered(moved, bertKey, 'still here');
    const kept = await asked('adelaide', (client) => messagesWith(client, bertKey));
    expect(kept.map(({ text }) => text)).toEqual(['one', 'two <b>', 'three']);

    await asked('adelaide', (client) => client.account.takeBack({}));
    await accountWhere('adelaide', (account) => account.movedMs === null);
    await accountWhere('moved', (account) => account.movedMs !== null);
    await asked('adelaide', (client) => friendOnline(client, 'bertrand'));
    const again = await here.bridge('adelaide');
    await again.conversations.send({ id: bertKey, text: 'back at the old desk' });
    await delivered(again, bertKey, 'back at the old desk');
  },
);

it(
  'an archive that does not open, or would replace somebody, says so with its exit code, and changes nothing',
  {
    timeout: 90_000,
  },
  async () => {
    const archive = join(here.home, 'adelaide.archive');
    const fails = async (exit: number, profile: string, ...args: string[]): Promise<string> => {
      const { runCli } = await import('../lab/cli-process.ts');
      const events = await runCli([...args, ...here.options(profile)], exit);
      return String(events.find(({ event }) => event === 'error')?.['code']);
    };
    expect(await fails(badInput, 'nobody', 'bring-back', archive, '--passphrase', 'three grey ducks')).toBe('ARCHIVE_PASSPHRASE');
    expect(await fails(badInput, 'nobody', 'bring-back', join(here.home, 'bert.json'), '--passphrase', passphrase)).toBe(
      'ARCHIVE_DAMAGED',
    );
    expect(await fails(nameTrouble, 'bertrand', 'bring-back', archive, '--passphrase', passphrase)).toBe('ALREADY_SIGNED_IN');
    expect(existsSync(join(here.home, 'nobody', 'account.secret'))).toBe(false);
  },
);
