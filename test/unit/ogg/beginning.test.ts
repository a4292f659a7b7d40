import { describe, expect, it } from 'vitest';
import { readOggPages } from '../../../main/ogg/index.ts';
import { createOpusDecoder } from '../../../native-shims/opus/index.ts';
import { opusLeadMs } from '../../../renderer/audio/opus-lead.ts';
import { recordedSound } from './recorded.ts';

const rate = 48_000;
/** Of 200 ms, from this moment on. */
const toneAtMs = 100;

/** Silence, and a tone in it, after so much more silence. */
function toneAfter(leadMs: number): Int16Array {
  const from = Math.round(((leadMs + toneAtMs) * rate) / 1_000);
  return Int16Array.from({ length: rate }, (_, at) =>
    at < from || at >= from + 0.2 * rate ? 0 : Math.round(20_000 * Math.sin((2 * Math.PI * 440 * (at - from)) / rate)),
  );
}

/** As a player hears it: what the header says is dropped. RFC 7845 §5.1: the pre-skip stands at 10. */
function played(file: Uint8Array): Int16Array {
  const packets = (readOggPages(file) ?? []).flatMap((page) => page.packets);
  const [head] = packets;
  if (head === undefined) throw new Error('no header');
  const preSkip = new DataView(head.buffer, head.byteOffset).getUint16(10, true);
  const decoder = createOpusDecoder();
  const sound: number[] = [];
  for (const packet of packets.slice(2)) sound.push(...decoder.pcm.subarray(0, decoder.decode(packet)));
  decoder.free();
  return Int16Array.from(sound.slice(preSkip));
}

const beginsAtMs = (sound: Int16Array): number => (sound.findIndex((sample) => Math.abs(sample) > 4_000) / rate) * 1_000;

describe('The beginning of a voice message', () => {
  it('is where it was spoken, with the silence before it that the recorder drops', () => {
    expect(Math.abs(beginsAtMs(played(recordedSound(toneAfter(opusLeadMs)))) - toneAtMs)).toBeLessThan(3);
    expect(beginsAtMs(played(recordedSound(toneAfter(0))))).toBeLessThan(toneAtMs - opusLeadMs + 3);
  });
});
