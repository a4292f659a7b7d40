export { checkPicture, type CheckedPicture } from './picture-check.ts';
export { profileProtocol, profileWireLimits } from './profile-wire.ts';
export { createProfiles, type Profiles, type ProfilesOptions } from './profiles.ts';
