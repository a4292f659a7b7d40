/** Lower-case hex, the form keys have in memory, logs and the contract. */
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/** Null unless `text` is lower-case hex of exactly `byteLength` bytes. */
export function fromHex(text: string, byteLength: number): Uint8Array | null {
  if (text.length !== byteLength * 2 || !/^[0-9a-f]*$/u.test(text)) return null;
  return new Uint8Array(Buffer.from(text, 'hex'));
}
