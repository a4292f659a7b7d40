import { z } from 'zod';
import type { SessionDescription } from './call-media.ts';

/** An audio-only SDP is 1–2 KiB; 8 KiB leaves room for many candidates and none for abuse. */
export const sdpMaxChars = 8 * 1024;
/** RFC 8839 §5.1 candidates are about 100 characters; IPv6 and extensions may double that. */
export const candidateMaxChars = 512;

/** `sha-256 AB:CD:…`, RFC 8122 §5; only SHA-256 is spoken here. */
const fingerprintSchema = z.string().regex(/^sha-256 [0-9A-F]{2}(?::[0-9A-F]{2}){31}$/u);

export const sessionDescriptionSchema = z.object({
  sdp: z.string().min(1).max(sdpMaxChars),
  fingerprint: fingerprintSchema,
});

/**
 * Whether the SDP offers exactly the certificate that the authenticated signalling names (RFC 8827 §6.5): at least one
 * fingerprint, and none but that one. Otherwise whoever wrote the SDP is not whom we are talking to.
 */
export function isFingerprintBound(description: SessionDescription): boolean {
  const found = description.sdp.split(/\r\n|[\r\n]/u).filter((line) => /^a=fingerprint:/iu.test(line));
  const wanted = description.fingerprint.toLowerCase();
  return (
    found.length > 0 &&
    found.every(
      (line) =>
        line
          .slice(line.indexOf(':') + 1)
          .trim()
          .replaceAll(/\s+/gu, ' ')
          .toLowerCase() === wanted,
    )
  );
}
