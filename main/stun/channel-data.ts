/** Frame of relayed data without an envelope (RFC 8656 §12.4): channel number, length, data. */
export const channelHeaderBytes = 4;

/**
 * RFC 8656 §12 lets clients choose up to 0x4FFF, RFC 5766 §11 up to 0x7FFF, and clients of the older one are still about.
 * Nothing else is told apart by the first byte here, so they are welcome.
 */
export const firstChannel = 0x4000;
export const lastChannel = 0x7fff;

export const isChannelNumber = (number: number): boolean => number >= firstChannel && number <= lastChannel;

/** STUN begins with two zero bits, channel data with 01 (RFC 8656 §12). */
export const isChannelData = (firstByte: number): boolean => firstByte >> 6 === 1;

/**
 * The channel's number, or -1 for a frame that is cut or has no such number. Its data is from byte 4, `channelLength` long.
 * The frame is in `bytes` from `start` to `end`.
 */
export function readChannel(bytes: Buffer, start = 0, end = bytes.length): number {
  if (end - start < channelHeaderBytes) return -1;
  const number = bytes.readUInt16BE(start);
  return isChannelNumber(number) && start + channelHeaderBytes + channelLength(bytes, start) <= end ? number : -1;
}

/** Of a frame that `readChannel` found whole: bytes of data. */
export const channelLength = (bytes: Buffer, start = 0): number => bytes.readUInt16BE(start + 2);

export function writeChannelHeader(bytes: Buffer, number: number, length: number, start = 0): void {
  bytes.writeUInt16BE(number, start);
  bytes.writeUInt16BE(length, start + 2);
}
