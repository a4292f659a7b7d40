import type { Page } from 'playwright-core';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

const dress = (page: Page) => page.evaluate(() => window.fixture.backend.dress());
const people = (page: Page) => page.getByRole('tab', { name: 'People' }).click();
const openProfile = (name: string) =>
  steps(
    dress,
    people,
    (page) =>
      page
        .locator('[data-row]')
        .and(page.getByRole('button', { name: new RegExp(`^${name}`, 'u') }))
        .first()
        .click(),
    (page) => page.getByRole('button', { name: /^Open the profile/u }).click(),
    (page) => page.getByRole('heading', { name: 'Safety number' }).waitFor(),
  );
const byCode = steps(tap('Add someone'), tap('By code'), (page) => page.getByRole('img', { name: 'QR code of your' }).waitFor());

/** Drawn in the page: a wide picture, so that there is something to choose. */
const choosePicture = async (page: Page): Promise<void> => {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 900;
    canvas.height = 500;
    const draw = canvas.getContext('2d');
    if (draw !== null) {
      const sky = draw.createLinearGradient(0, 0, 900, 500);
      sky.addColorStop(0, '#0f766e');
      sky.addColorStop(0.5, '#f5d48a');
      sky.addColorStop(1, '#9a3412');
      draw.fillStyle = sky;
      draw.fillRect(0, 0, 900, 500);
      draw.fillStyle = '#ffffff';
      for (let x = 40; x < 900; x += 90) draw.fillRect(x, 230, 40, 40);
    }
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  });
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'garden.png', mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') });
  await page.getByRole('heading', { name: 'Choose the part to show' }).waitFor();
};
const withPicture = steps(settings('You'), choosePicture, tap('Use this picture'), (page) =>
  page.locator('main img').first().waitFor(),
);

export const peopleScreens: readonly Screen[] = [
  { name: 'rtl-home', query: { dir: 'rtl' }, act: steps(people) },
  { name: 'people-dressed', act: steps(dress, people) },
  {
    name: 'people-order',
    act: steps(dress, people, tap('Order and filter of the list'), (page) => page.getByRole('menu').waitFor()),
  },
  {
    name: 'people-favourites',
    act: steps(dress, people, tap('Order and filter of the list'), (page) =>
      page.getByRole('menuitemradio', { name: 'Only favourites' }).click(),
    ),
  },
  { name: 'mini-people-dressed', ...mini, act: steps(dress, people) },
  { name: 'profile', height: 1_080, act: openProfile('wren') },
  { name: 'profile-long', height: 1_200, act: openProfile('Bartholomew') },
  { name: 'mini-profile-long', ...mini, act: openProfile('Bartholomew') },
  { name: 'rtl-profile', query: { dir: 'rtl' }, themes: ['light'], height: 1_080, act: openProfile('wren') },
  { name: 'compare', height: 900, act: steps(openProfile('wren'), tap('Scan their code')) },
  { name: 'mini-compare', ...mini, act: steps(openProfile('Bartholomew'), tap('Scan their code')) },
  { name: 'add-by-code', act: byCode },
  { name: 'mini-add-by-code', ...mini, act: byCode },
  { name: 'settings-you', height: 900, act: settings('You') },
  { name: 'settings-you-picture', height: 900, act: withPicture },
  { name: 'settings-you-crop', act: steps(settings('You'), choosePicture) },
  { name: 'mini-settings-you', ...mini, act: settings('You') },
  {
    name: 'home-request-code',
    act: steps(
      (page) => page.evaluate(() => window.fixture.backend.ask(Date.now())),
      (page) => page.getByText('Their safety code').click(),
    ),
  },
];
