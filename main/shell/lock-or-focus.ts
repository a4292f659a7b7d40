import type { OpenedLink } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import { requestFocus } from './local-socket.ts';
import { lockProfile, type ProfileLock } from './profile-lock.ts';
import type { Profile } from './profile.ts';

/**
 * Takes the profile, or brings up the window of the app that has it, with the link that this start was to open.
 * @returns the lock; or what that app wants said to the person ('' for nothing)
 * @throws AppError PROFILE_IN_USE if that app does not answer
 */
export async function lockOrFocus(profile: Profile, opened: OpenedLink | null): Promise<ProfileLock | string> {
  try {
    return lockProfile(profile.dir);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PROFILE_IN_USE') throw error;
    const answer = await requestFocus(profile.socketPath, opened);
    if (answer === null) throw error;
    return answer;
  }
}
