import { z } from 'zod';

/** Widths of panes are told in rem, so that they grow with the text; null: as wide as the reference draws it. */
const paneSchema = z.number().min(8).max(60).nullable();

/** What a person chooses about the window itself. Part of `settingsSchema`. */
export const windowSettings = {
  /** The system tells of messages and calls while the window is not looked at. */
  notifications: z.boolean(),
  /** What was written stands in them; off: only who wrote. */
  notificationPreviews: z.boolean(),
  /** Closing the window hides it, where the system's tray brings it back. */
  keepRunning: z.boolean(),
  /** The person was told so once. */
  toldOfRunning: z.boolean(),
  sidebarRem: paneSchema,
  panelRem: paneSchema,
};

/** As they are until somebody chooses. */
export const defaultWindowSettings = {
  notifications: true,
  notificationPreviews: true,
  keepRunning: true,
  toldOfRunning: false,
  sidebarRem: null,
  panelRem: null,
} as const;
