import type { Page } from 'playwright-core';

/** A screen: what the backend holds, how big the window is, and how a person gets there. */
export interface Screen {
  readonly name: string;
  readonly scene?: 'none' | 'new' | 'empty' | 'full';
  readonly query?: Record<string, string>;
  readonly width?: number;
  readonly height?: number;
  readonly calm?: boolean;
  /** The system's own few colours, or more contrast between ours. */
  readonly contrast?: 'forced' | 'more';
  readonly themes?: readonly ('light' | 'dark')[];
  readonly act?: (page: Page) => Promise<void>;
}

/** How a person gets somewhere, for the lists of screens. */
export const tap = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();
export const steps =
  (...acts: ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    for (const act of acts) {
      await act(page);
      await page.clock.runFor(400);
    }
  };
export const settings = (section: string) =>
  steps(tap('Settings'), (page) =>
    page.getByRole('navigation', { name: 'Settings sections' }).getByRole('button', { name: section, exact: true }).click(),
  );
/** The smallest window. */
export const mini = { width: 360, height: 520 } as const;
