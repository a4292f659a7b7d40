import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import type { z } from 'zod';

/** Deterministic CBOR (RFC 8949 §4.2.1). */
export const encodeCbor = (value: unknown): Uint8Array => new Uint8Array(encode(value, rfc8949EncodeOptions));

/** Null for anything that isn't strict CBOR of the schema's shape. */
export function decodeCbor<Schema extends z.ZodType>(bytes: Uint8Array, schema: Schema): z.output<Schema> | null {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : null;
  } catch {
    // Any failure of the decoder means the same: these bytes are no message.
    return null;
  }
}
