import { z } from 'zod';
import { settingsSchema, type Settings } from '../../preload/contract/index.ts';
import type { StoreDatabase } from './database.ts';

export interface SettingsRepository {
  /** What was saved over `defaults`. A value that is not valid (any more) falls back to its default. */
  load(defaults: Settings): Settings;
  save(change: Partial<Settings>): void;
}

export function settingsRepository(database: StoreDatabase): SettingsRepository {
  const select = database.query('SELECT key, value FROM settings', z.object({ key: z.string(), value: z.string() }));
  const replace = database.write('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)');
  return {
    load: (defaults) =>
      select.all().reduce<Settings>((settings, { key, value }) => {
        const candidate = settingsSchema.safeParse({ ...settings, [key]: parsed(value) });
        return candidate.success ? candidate.data : settings;
      }, defaults),
    save: (change) =>
      database.transaction(() => {
        for (const [key, value] of Object.entries(change)) if (value !== undefined) replace.run(key, JSON.stringify(value));
      }),
  };
}

/** Undefined is no setting's value, so what is not JSON falls back like anything else that is not valid. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
