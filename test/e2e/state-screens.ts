import type { Page } from 'playwright-core';
import { keyOf } from './fixtures/page/cast.ts';
import { mini, steps, type Screen } from './screen-acts.ts';

type Refused = 'search' | 'calls' | 'timeline';
const refuse = (what: Refused) => (page: Page) =>
  page.evaluate((refused) => void window.fixture.backend.refuses.add(refused), what);
const openPerson = (name: string) =>
  steps(
    (page) => page.getByRole('tab', { name: 'People' }).click(),
    (page) =>
      page
        .getByRole('button', { name: new RegExp(`^${name}`, 'u') })
        .first()
        .click(),
  );
const searched = steps(refuse('search'), (page) => page.getByLabel('Search people').fill('te'));
const callsLost = steps(
  refuse('calls'),
  (page) =>
    page.evaluate(() => {
      const { backend } = window.fixture;
      const { id } = backend.call('otter', { phase: 'active', activeSinceMs: Date.now() });
      backend.change(id, { phase: 'ended', reason: 'hung-up' });
    }),
  (page) => page.getByRole('tab', { name: 'Calls' }).click(),
);
const notOpened = steps(refuse('timeline'), openPerson('wren'));
const block = (page: Page) =>
  page.evaluate((key) => {
    const { contacts } = window.fixture.backend;
    const person = contacts.get(key);
    if (person !== undefined) contacts.put({ ...person, relation: 'blocked' });
  }, keyOf('wren'));
const blocked = steps(openPerson('wren'), block);
const asksToDelete = steps(
  openPerson('wren'),
  (page) => page.locator('[data-message][data-out=true]').last().click({ button: 'right' }),
  (page) => page.getByRole('menuitem', { name: 'Delete for both' }).click(),
);

/** What could not be read, who is blocked, what is asked before it is done. */
export const stateScreens: readonly Screen[] = [
  { name: 'state-search-failed', act: searched },
  { name: 'state-search-failed-mini', ...mini, act: searched },
  { name: 'state-calls-failed', scene: 'empty', act: callsLost },
  { name: 'state-conversation-failed', act: notOpened },
  { name: 'state-conversation-blocked', act: blocked },
  {
    name: 'state-blocked-menu',
    act: steps(blocked, (page) => page.getByRole('main').getByRole('button', { name: 'More' }).click()),
  },
  { name: 'state-delete-asks', act: asksToDelete },
  { name: 'state-delete-asks-mini', ...mini, act: asksToDelete },
];
