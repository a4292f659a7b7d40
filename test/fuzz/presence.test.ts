import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnnouncement, encodeAnnouncement } from '../../main/presence/index.ts';

const seed = Date.now() % 2 ** 31;
const sample = encodeAnnouncement({ state: 'online', onCall: true, hidesLastSeen: true });

describe(`The presence decoder with bytes from anywhere (seed ${seed})`, () => {
  it('understands one of four states or refuses, and never throws', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), uint8Array({ maxLength: 4 }), (noise, patch) => {
        const patched = sample.slice();
        patched.set(patch, noise.byteLength % (patched.byteLength - 4));
        for (const bytes of [noise, patched]) {
          const announcement = decodeAnnouncement(bytes);
          expect(['online', 'away', 'dnd', 'offline', undefined]).toContain(announcement?.state);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });
});
