import type { ErrorCode } from '../ports/app-error.ts';

/** Documented in the README; scripts rely on them. */
export const exitCode = {
  ok: 0,
  internal: 1,
  usage: 2,
  network: 3,
  name: 4,
  person: 5,
  call: 6,
  storage: 7,
  profileInUse: 8,
  badInput: 9,
  /** Of `check`: calls connect, but some or all through a relay; and: some don't. */
  relayedOnly: 10,
  someCallsOnly: 11,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const byErrorCode: Readonly<Record<ErrorCode, ExitCode>> = {
  BAD_INPUT: exitCode.badInput,
  NOT_SIGNED_IN: exitCode.name,
  ALREADY_SIGNED_IN: exitCode.name,
  NAME_INVALID: exitCode.name,
  NAME_TAKEN: exitCode.name,
  NAME_DISPUTED: exitCode.name,
  OTHER_ACCOUNT: exitCode.name,
  NAME_NOT_FOUND: exitCode.name,
  NAME_UNKNOWN: exitCode.network,
  PHRASE_INVALID: exitCode.badInput,
  PHRASE_NAME_MISMATCH: exitCode.name,
  NO_NETWORK: exitCode.network,
  NOT_A_CONTACT: exitCode.person,
  ALREADY_A_CONTACT: exitCode.person,
  BLOCKED: exitCode.person,
  IT_IS_YOU: exitCode.person,
  NOT_REACHABLE: exitCode.person,
  TOO_MANY: exitCode.badInput,
  TOO_LONG: exitCode.badInput,
  CALL_IN_PROGRESS: exitCode.call,
  NO_SUCH_CALL: exitCode.call,
  NO_SUCH_CONVERSATION: exitCode.person,
  NO_SUCH_MESSAGE: exitCode.person,
  NO_ECHO_SERVICE: exitCode.call,
  MEDIA_UNAVAILABLE: exitCode.call,
  BAD_PICTURE: exitCode.badInput,
  BAD_WAV: exitCode.badInput,
  NO_NOISE_SUPPRESSION: exitCode.internal,
  DISK_FULL: exitCode.storage,
  STORAGE_LOCKED: exitCode.storage,
  STORAGE_CORRUPT: exitCode.storage,
  VAULT_LOCKED: exitCode.storage,
  ARCHIVE_PASSPHRASE: exitCode.badInput,
  ARCHIVE_DAMAGED: exitCode.badInput,
  ARCHIVE_NEWER: exitCode.badInput,
  PROFILE_IN_USE: exitCode.profileInUse,
  NOT_ALLOWED_HERE: exitCode.usage,
  CANCELLED: exitCode.interrupted,
  INTERNAL: exitCode.internal,
};

export const exitCodeFor = (code: ErrorCode): ExitCode => byErrorCode[code];
