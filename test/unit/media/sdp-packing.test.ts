import { describe, expect, test } from 'vitest';
import { anyPacking, type PackingLimits } from '../../../main/media/packing-limits.ts';
import { parseSdp, writeSdp, type MediaDescription } from '../../../main/media/transport/sdp.ts';

const description: MediaDescription = {
  iceUfrag: 'abcd',
  icePwd: 'a'.repeat(22),
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  setup: 'actpass',
  opusPayloadType: 111,
  redPayloadType: 63,
  congestionFeedback: true,
  packing: anyPacking,
  ssrc: 1234,
  binding: 'b'.repeat(43),
  candidates: [],
};
const sdp = writeSdp(description, '42');

/** As it is read when the description says `fmtp` of its Opus, and these lines more. */
function readWith(fmtp: string | null, more = ''): PackingLimits | undefined {
  const own = /a=fmtp:111 .*\r\n/u;
  const line = fmtp === null ? '' : `a=fmtp:111 ${fmtp}\r\n`;
  return parseSdp(`${sdp.replace(own, () => line)}${more}`)?.packing;
}

describe('how the other side wants its Opus packed', () => {
  test('is told and read', () => {
    for (const packing of [anyPacking, { shortestMs: 20, longestMs: 60, mostBps: 24_000 }]) {
      expect(parseSdp(writeSdp({ ...description, packing }, '42'))?.packing).toEqual(packing);
    }
  });

  test('is read from what a browser says, in whatever order', () => {
    expect(readWith('minptime=10;useinbandfec=1')).toEqual({ ...anyPacking, shortestMs: 10 });
    expect(readWith('useinbandfec=1; maxaveragebitrate=20000 ;minptime=20', 'a=maxptime:40\r\n')).toEqual({
      shortestMs: 20,
      longestMs: 40,
      mostBps: 20_000,
    });
  });

  test.each([
    ['nothing', null, ''],
    ['nonsense', 'minptime=0;maxaveragebitrate=5', 'a=maxptime:0\r\n'],
    ['words', 'minptime=ten;xminptime=20;maxaveragebitrate=', 'a=maxptime:long\r\n'],
    ['too much', 'minptime=400;maxaveragebitrate=999999', 'a=maxptime:999\r\n'],
  ])('is as it usually is where the description says %s', (_what, fmtp, more) => {
    expect(readWith(fmtp, more)).toEqual(anyPacking);
  });

  test('is never longer at least than at most', () => {
    expect(readWith('minptime=60', 'a=maxptime:20\r\n')).toEqual({ ...anyPacking, shortestMs: 60 });
  });
});
