import type { KeyVault } from '../ports/key-vault.ts';
import type { Logger } from '../ports/logger.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { FromEngine, ToEngine } from './control.ts';

type VaultRequest = Extract<FromEngine, { kind: 'vault-request' }>;
type VaultAnswer = Extract<ToEngine, { kind: 'vault-answer' }>;

/** The shell's side of the keychain: every failure is an answer without bytes, so the engine never waits for nothing. */
export async function answerVault(
  keychain: () => Promise<KeyVault | null>,
  request: VaultRequest,
  logger: Logger,
): Promise<VaultAnswer> {
  const answer = (bytes: Uint8Array | null): VaultAnswer => ({ kind: 'vault-answer', id: request.id, bytes });
  try {
    const vault = await keychain();
    return answer(vault === null ? null : await perform(vault, request));
  } catch (error) {
    logger.warn('keychain refused', { operation: request.operation, error: error instanceof Error ? error.name : 'unknown' });
    return answer(null);
  }
}

function perform(vault: KeyVault, { operation, bytes }: VaultRequest): Promise<Uint8Array> {
  switch (operation) {
    case 'probe':
      return Promise.resolve(new Uint8Array());
    case 'seal':
      return vault.seal(bytes);
    case 'open':
      return vault.open(bytes);
    default:
      return missingCase(operation);
  }
}
