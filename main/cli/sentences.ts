import type { AppError, ErrorCode } from '../ports/app-error.ts';

/** What went wrong and what to do, for people at a terminal. `Record`: a new code is a compile error here. */
const sentences: Readonly<Record<ErrorCode, string>> = {
  BAD_INPUT: 'this could not be used as it is; check it and try again',
  NOT_SIGNED_IN: 'this profile has no name yet; take one with "signup NAME", or bring one back with "restore NAME"',
  ALREADY_SIGNED_IN: 'this profile already has a name; choose another --profile',
  NAME_INVALID: 'a name is 3 to 32 small letters of one script, digits and hyphens',
  NAME_TAKEN: 'somebody else holds this name; choose another',
  NAME_DISPUTED: 'two people claim this name; ask for the right one in another way',
  OTHER_ACCOUNT: 'somebody else holds this name now than the one whose link this is; ask them for a new one',
  NAME_NOT_FOUND: 'nobody holds this name; check its spelling',
  NAME_UNKNOWN: 'the network could not be asked for this name; try again in a moment',
  PHRASE_INVALID: 'these are not twelve recovery words; check their spelling and order',
  PHRASE_NAME_MISMATCH: 'these words belong to another name',
  NO_NETWORK: 'no other node answers; check the connection, or name one with --bootstrap HOST:PORT',
  NOT_A_CONTACT: 'this person is no contact yet; ask with "contacts add NAME"',
  ALREADY_A_CONTACT: 'this person is a contact already',
  BLOCKED: 'this person is blocked',
  IT_IS_YOU: 'this is your own name',
  NOT_REACHABLE: 'nobody answers there; try again when they are online, or wait longer with --wait SECONDS',
  TOO_MANY: 'this was too often; wait a minute and try again',
  TOO_LONG: 'this is too long; shorten it and try again',
  CALL_IN_PROGRESS: 'there is a call already; hang up first',
  NO_SUCH_CALL: 'this call is over',
  NO_SUCH_CONVERSATION: 'there is no conversation with this person',
  NO_SUCH_MESSAGE: 'that message is gone, or it can no longer be changed',
  NO_ECHO_SERVICE: 'no echo service was found; try again later, or run one with "run --echo"',
  MEDIA_UNAVAILABLE: 'the sound part is not there; try again in a moment',
  NO_NOISE_SUPPRESSION: 'Lilliput’s own noise suppression does not work on this computer',
  BAD_PICTURE: 'this is no picture that can be used: JPEG, PNG or WebP, at most 1024 pixels a side and 64 KiB',
  BAD_WAV: 'this is not a WAV file that can be played',
  DISK_FULL: 'the disk is full; free some space and try again',
  STORAGE_LOCKED: 'the message store is in use by another program; close that and try again',
  STORAGE_CORRUPT: 'the message store could not be read; the old file is kept',
  VAULT_LOCKED: 'the keys of this profile could not be opened; nothing was changed',
  ARCHIVE_PASSPHRASE: 'this passphrase does not open the archive; nothing was changed',
  ARCHIVE_DAMAGED: 'this is no archive of Lilliput, or a part of it is missing or changed; nothing was changed here',
  ARCHIVE_NEWER: 'a newer Lilliput made this archive; update this one first',
  PROFILE_IN_USE: 'the profile is open in another process; end that, or choose another --profile',
  NOT_ALLOWED_HERE: 'this can not be done from here',
  CANCELLED: 'stopped',
  INTERNAL: 'something went wrong inside; the log says more',
};

/** The code, for those who look it up; what is known of this very case, else what it means in general. */
export function describeError({ code, context }: AppError): string {
  const known = context['message'];
  if (typeof known === 'string') return `${code}: ${known}`;
  const holder = code === 'PROFILE_IN_USE' && context['pid'] !== undefined ? ` (process ${String(context['pid'])})` : '';
  return `${code}: ${sentences[code]}${holder}`;
}
