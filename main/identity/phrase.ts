import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeed } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { keyedBlake2b256 } from '../../native-shims/sodium/index.ts';
import { AppError } from '../ports/app-error.ts';

/** 128 bits: twelve words of BIP-39. */
export const phraseEntropyBytes = 16;
const phraseWords = 12;
const words: ReadonlySet<string> = new Set(wordlist);

/** The twelve words that stand for 16 bytes of entropy. */
export const phraseFromEntropy = (entropy: Uint8Array): readonly string[] => entropyToMnemonic(entropy, wordlist).split(' ');

/**
 * What a person typed or pasted: any case, any spacing, numbering and punctuation of a pasted list.
 * @throws AppError PHRASE_INVALID with reason 'word-count', 'unknown-word' (context: which, from 1) or 'checksum'
 */
export function entropyFromPhrase(typed: string): Uint8Array {
  const found =
    typed
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z]+/gu) ?? [];
  if (found.length !== phraseWords) throw new AppError('PHRASE_INVALID', 'word-count', { words: found.length });
  const unknown = found.findIndex((word) => !words.has(word));
  if (unknown >= 0) throw new AppError('PHRASE_INVALID', 'unknown-word', { position: unknown + 1 });
  try {
    return mnemonicToEntropy(found.join(' '), wordlist);
  } catch {
    // All twelve are words of the list, so only the checksum is left to be wrong.
    throw new AppError('PHRASE_INVALID', 'checksum');
  }
}

/** The root key's seed: the BIP-39 seed (PBKDF2, no passphrase) under a label of ours, so that no other use of it gives the same key. */
export async function rootSeedFromEntropy(entropy: Uint8Array): Promise<Uint8Array> {
  const seed = await mnemonicToSeed(entropyToMnemonic(entropy, wordlist));
  return keyedBlake2b256(seed, Buffer.from('lilliput/root/1'));
}
