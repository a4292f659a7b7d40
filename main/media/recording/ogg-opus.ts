import { encodeOggPage, oggFlags, oggMaxSegments, segmentsOf } from '../../ogg/index.ts';

export interface OggOpusOptions {
  /** Names the stream within its file (RFC 3533 §4); random. */
  readonly serial: number;
  readonly channels: number;
  /** Samples at 48 kHz that a player drops at the beginning: the encoder's look-ahead. */
  readonly preSkip: number;
  /** Shown by players, at most 200 characters. */
  readonly title: string;
  /** Takes the bytes of the file, page by page, in order. Each page is the taker's to keep. */
  readonly write: (page: Uint8Array) => void;
}

/** An Ogg Opus stream being written (RFC 7845). Every page given out makes a playable file together with those before. */
export interface OggOpusWriter {
  /** One packet of `samples` (48 kHz). It is copied. */
  packet(packet: Uint8Array, samples: number): void;
  /** The last page. `samples` (48 kHz): how much of all that was given is sound; the rest is the last frame's filling. */
  end(samples: number): void;
}

/** RFC 7845 §5: the version of the encapsulation, and the mapping of one mono or stereo stream. */
const headVersion = 1;
const channelMappingFamily = 0;
const inputRateHz = 48_000;
const titleMaxChars = 200;
/** What a crash may cost. RFC 7845 §4: pages should not hold more than a second. */
const pageSamples = 48_000;
/** RFC 3533 §6: 255 segments of 255 bytes. */
const maxBodyBytes = 255 * 255;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** §5.1 */
function opusHead(channels: number, preSkip: number): Uint8Array {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(ascii('OpusHead'));
  head[8] = headVersion;
  head[9] = channels;
  view.setUint16(10, preSkip, true);
  view.setUint32(12, inputRateHz, true);
  head[18] = channelMappingFamily;
  return head;
}

/** §5.2 */
function opusTags(title: string): Uint8Array {
  const vendor = ascii('Lilliput');
  const comment = ascii(`TITLE=${title.slice(0, titleMaxChars).toWellFormed()}`);
  const tags = new Uint8Array(8 + 4 + vendor.length + 4 + 4 + comment.length);
  const view = new DataView(tags.buffer);
  tags.set(ascii('OpusTags'));
  view.setUint32(8, vendor.length, true);
  tags.set(vendor, 12);
  view.setUint32(12 + vendor.length, 1, true);
  view.setUint32(16 + vendor.length, comment.length, true);
  tags.set(comment, 20 + vendor.length);
  return tags;
}

export function createOggOpusWriter({ serial, channels, preSkip, title, write }: OggOpusOptions): OggOpusWriter {
  const body = new Uint8Array(maxBodyBytes);
  let packets: number[] = [];
  let bodyBytes = 0;
  let segments = 0;
  let sequence = 0;
  /** At the end of the last page, and of the last packet. */
  let pageGranule = 0;
  let granule = 0;

  function page(flags: number, at: number): void {
    write(encodeOggPage({ flags, granule: at, serial, sequence, packets, body: body.subarray(0, bodyBytes) }));
    sequence += 1;
    packets = [];
    bodyBytes = 0;
    segments = 0;
    pageGranule = at;
  }

  function add(packet: Uint8Array): void {
    body.set(packet, bodyBytes);
    bodyBytes += packet.byteLength;
    segments += segmentsOf(packet.byteLength);
    packets.push(packet.byteLength);
  }

  // §3: each header on a page of its own, with granule 0.
  add(opusHead(channels, preSkip));
  page(oggFlags.beginOfStream, 0);
  add(opusTags(title));
  page(oggFlags.none, 0);

  return {
    packet(packet, samples) {
      const isFull = segments + segmentsOf(packet.byteLength) > oggMaxSegments;
      if (isFull || granule - pageGranule + samples > pageSamples) page(oggFlags.none, granule);
      add(packet);
      granule += samples;
    },
    end(samples) {
      // §4.4: an end before that of the last packet says how much of it to leave out; never before the page begins.
      page(oggFlags.endOfStream, Math.max(pageGranule, Math.min(granule, samples + preSkip)));
    },
  };
}
