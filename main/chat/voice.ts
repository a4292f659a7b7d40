import { voiceMaxBytes, voiceMaxMs, voiceMaxPeaks } from '../../preload/contract/index.ts';
import { blake2b256 } from '../../native-shims/sodium/index.ts';
import { judgeVoiceFile } from '../ogg/index.ts';
import { AppError } from '../ports/app-error.ts';
import { toHex } from '../ports/hex.ts';
import type { Attachment } from '../storage/index.ts';
import { partMaxBytes, type PostBody } from './post.ts';

/** A recorder that stops at five minutes ends with the frame it is in. */
const overMs = 1_000;
/** What was said of the length, and what it is: rounding, and a last frame. */
const differsMs = 1_000;

const durationOf = (sound: Uint8Array): number | null => {
  const verdict = judgeVoiceFile(sound, voiceMaxMs + overMs);
  return 'durationMs' in verdict ? Math.min(voiceMaxMs, verdict.durationMs) : null;
};

/** What a recording is as an attachment. @throws AppError TOO_LONG, BAD_INPUT (no Ogg Opus of one voice) */
export function attachmentOf(id: string, sound: Uint8Array, waveform: readonly number[]): Attachment {
  if (sound.byteLength > voiceMaxBytes) throw new AppError('TOO_LONG', 'voice', { limit: voiceMaxBytes });
  const durationMs = durationOf(sound);
  if (durationMs === null) throw new AppError('BAD_INPUT', 'not a recording');
  return { id, sizeBytes: sound.byteLength, hash: toHex(blake2b256(sound)), durationMs, waveform };
}

export type VoiceBody = Extract<PostBody, { kind: 'voice' }>;

export const voiceBody = ({ id, ...said }: Attachment, replyTo: string | null): VoiceBody => ({
  kind: 'voice',
  attachment: id,
  ...said,
  waveform: said.waveform.slice(0, voiceMaxPeaks),
  replyTo,
});

export const attachmentSaid = ({ attachment: id, sizeBytes, hash, durationMs, waveform }: VoiceBody): Attachment => ({
  id,
  sizeBytes,
  hash,
  durationMs,
  waveform,
});

export function partBodies(attachment: string, sound: Uint8Array): Extract<PostBody, { kind: 'part' }>[] {
  const count = Math.ceil(sound.byteLength / partMaxBytes);
  return Array.from({ length: count }, (_, index) => ({
    kind: 'part',
    of: attachment,
    index,
    bytes: sound.subarray(index * partMaxBytes, (index + 1) * partMaxBytes),
  }));
}

/** Somebody else's sound is what they said, and nothing but a voice: only then may a player have it. */
export function isVoice(sound: Uint8Array, said: Attachment): boolean {
  if (toHex(blake2b256(sound)) !== said.hash) return false;
  const durationMs = durationOf(sound);
  return durationMs !== null && Math.abs(durationMs - said.durationMs) <= differsMs;
}
