import type { OwnRecordShelf } from '../directory/index.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { AccountRepository, Storage } from '../storage/index.ts';

/** Others pin the key that it makes; where the disk takes nothing it is another one after a restart. */
export function ownGatewaySeed(storage: Storage, random: Random, logger: Logger): Uint8Array {
  try {
    return storage.ownGatewaySeed();
  } catch (error) {
    logger.warn('gateway-seed-not-kept', { detail: String(error).slice(0, 200) });
    return random.bytes(32);
  }
}

/** Our last record: on disk with the account; while a sign-up has not made that yet, here, so that its work is not done twice. */
export function createOwnRecord(accounts: AccountRepository): OwnRecordShelf {
  let fresh: Uint8Array | null = null;
  return {
    load: () => accounts.load()?.claimRecord ?? fresh,
    save(claimRecord) {
      fresh = claimRecord;
      const account = accounts.load();
      if (account !== null) accounts.save({ ...account, claimRecord });
    },
  };
}
