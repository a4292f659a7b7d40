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

/** The channel's number, or -1 for a frame that is cut or has no such number. Its data is from byte 4, `channelLength` long. */
export function readChannel(bytes: Buffer): number {
  if (bytes.length < channelHeaderBytes) return -1;
  const number = bytes.readUInt16BE(0);
  return isChannelNumber(number) && channelHeaderBytes + channelLength(bytes) <= bytes.length ? number : -1;
}

/** Of a frame that `readChannel` found whole: bytes of data. */
export const channelLength = (bytes: Buffer): number => bytes.readUInt16BE(2);

export function writeChannelHeader(bytes: Buffer, number: number, length: number): void {
  bytes.writeUInt16BE(number, 0);
  bytes.writeUInt16BE(length, 2);
}
