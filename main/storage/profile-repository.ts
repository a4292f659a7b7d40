import { z } from 'zod';
import { bytesColumn, type StoreDatabase } from './database.ts';

/** What an account says of itself, ours or a contact's. */
export interface StoredProfile {
  /** The highest that was heard of; what is older is not taken. */
  readonly version: number;
  readonly displayName: string;
  readonly mood: string;
  /** Its id: a hash of the bytes, lower-case hex. */
  readonly picture: string | null;
}

/** Profiles by account, and the pictures that any of them shows, each once. */
export interface ProfileRepository {
  get(accountKey: string): StoredProfile | null;
  /** With the picture's bytes, if they are not here yet. Pictures that nobody shows any more are gone afterwards. */
  save(accountKey: string, profile: StoredProfile, pictureBytes: Uint8Array | null): void;
  remove(accountKey: string): void;
  picture(id: string): Uint8Array | null;
}

const rowSchema = z
  .object({ version: z.number(), display_name: z.string(), mood: z.string(), picture: z.string().nullable() })
  .transform(({ version, display_name, mood, picture }) => ({ version, displayName: display_name, mood, picture }));

export function profileRepository(database: StoreDatabase): ProfileRepository {
  const select = database.query('SELECT version, display_name, mood, picture FROM profiles WHERE account_key = ?', rowSchema);
  const replace = database.write('INSERT OR REPLACE INTO profiles VALUES (?, ?, ?, ?, ?)');
  const remove = database.write('DELETE FROM profiles WHERE account_key = ?');
  const selectPicture = database.query('SELECT bytes FROM pictures WHERE id = ?', z.object({ bytes: bytesColumn }));
  const insertPicture = database.write('INSERT OR IGNORE INTO pictures VALUES (?, ?)');
  const prunePictures = database.write(
    'DELETE FROM pictures WHERE id NOT IN (SELECT picture FROM profiles WHERE picture IS NOT NULL)',
  );
  return {
    get: (accountKey) => select.get(accountKey) ?? null,
    save: (accountKey, { version, displayName, mood, picture }, pictureBytes) =>
      database.transaction(() => {
        if (picture !== null && pictureBytes !== null) insertPicture.run(picture, pictureBytes);
        replace.run(accountKey, version, displayName, mood, picture);
        prunePictures.run();
      }),
    remove: (accountKey) =>
      database.transaction(() => {
        remove.run(accountKey);
        prunePictures.run();
      }),
    picture: (id) => selectPicture.get(id)?.bytes ?? null,
  };
}
