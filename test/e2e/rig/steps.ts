import type { Page } from 'playwright-core';

/** What a person does, by the words they see. */

export async function signUp(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name on Lilliput').fill(name);
  await page.getByText(`${name} is free`).waitFor();
  await page.getByRole('button', { name: 'Keep this name' }).click();
  await page.getByText('Write these twelve words down').waitFor({ timeout: 90_000 });
}

export async function finishOnboarding(page: Page): Promise<void> {
  await page.getByText('I have written the words down').click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Start using Lilliput' }).click();
}

/** One asks, the other says yes; both then see each other online. */
export async function becomeContacts(asking: Page, askingName: string, asked: Page, askedName: string): Promise<void> {
  await asking.getByRole('button', { name: 'Add someone' }).first().click();
  await asking.getByLabel('Their name on Lilliput').fill(askedName);
  await asking.getByRole('button', { name: 'Find' }).click();
  await asking.getByRole('button', { name: 'Send request' }).click();
  await asked.getByText(askingName).first().waitFor();
  await asked.getByRole('button', { name: 'Accept' }).first().click();
  await asking
    .getByRole('button', { name: `Call ${askedName}` })
    .first()
    .waitFor();
}

export async function openConversation(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: 'People' }).click();
  await page
    .getByRole('button', { name: new RegExp(`^${name}`, 'u') })
    .first()
    .click();
}

export async function write(page: Page, to: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: `Message ${to}` }).fill(text);
  await page.keyboard.press('Enter');
}
