import { noProfile, type PictureView, type ProfileView } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Profiles } from '../profiles/index.ts';
import type { ProfilePart } from './engine.ts';
import { createValue } from './observable.ts';

export interface ProfilePartControl extends ProfilePart {
  /** The profiles of the account that signed in, and whose account that is. */
  use(profiles: Profiles, self: string): void;
  of(account: string): ProfileView;
}

/** What people say of themselves, as the bridge shows it. */
export function createProfilePart(): ProfilePartControl {
  const own = createValue<ProfileView>(noProfile);
  let profiles: Profiles | null = null;
  const signedIn = (): Profiles => {
    if (profiles === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
    return profiles;
  };
  return {
    own,
    use(next, self) {
      profiles = next;
      own.set(next.of(self));
      next.onChange((account) => {
        if (account === self) own.set(next.of(self));
      });
    },
    of: (account) => profiles?.of(account) ?? noProfile,
    update: (text) => signedIn().update(text),
    setPicture: (base64) => signedIn().setPicture(base64 === null ? null : new Uint8Array(Buffer.from(base64, 'base64'))),
    picture(id): PictureView | null {
      const found = profiles?.picture(id) ?? null;
      return found === null ? null : { type: found.type, base64: Buffer.from(found.bytes).toString('base64') };
    },
  };
}
