import {
  cardChallenge,
  epochAt,
  nonceBytes,
  sealCard,
  type CardText,
  type CardWork,
  type Work,
} from '../../../main/directory/index.ts';
import { deviceKeysOf, issueCertificate, rootKeysOf, type AccountSecrets } from '../../../main/identity/index.ts';
import { solve } from '../../../main/work/index.ts';
import { seededRandom } from '../identity/fixtures.ts';

/** Argon2id at its smallest, 8 hashes on average. */
export const cheapCardWork: CardWork = { cost: { memoryBytes: 8192, passes: 1 }, bits: 3 };

export const signerOf = (secrets: AccountSecrets, nowMs: number) => ({
  device: deviceKeysOf(secrets),
  certificate: issueCertificate(rootKeysOf(secrets), deviceKeysOf(secrets).publicKey, 1, nowMs),
});

export async function cardWorkFor(secrets: AccountSecrets, text: CardText, nowMs: number): Promise<Work> {
  const epoch = epochAt(nowMs);
  const challenge = cardChallenge(text, rootKeysOf(secrets).publicKey, epoch);
  const random = seededRandom('card-work');
  const nonce = await solve({
    challenge,
    ...cheapCardWork,
    nonceBytes,
    random,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return { epoch, nonce };
}

export async function cardOf(
  secrets: AccountSecrets,
  words: readonly string[],
  nowMs: number,
  sequence = 1,
  displayName = '',
): Promise<Uint8Array> {
  const text = { name: secrets.name, displayName, words };
  return sealCard(signerOf(secrets, nowMs), text, sequence, nowMs, await cardWorkFor(secrets, text, nowMs));
}
