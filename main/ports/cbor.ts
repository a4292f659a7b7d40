import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { z } from 'zod';

const strictDecoding = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const;

/** Deterministic CBOR (RFC 8949 §4.2.1): one value has one encoding. Undefined properties are left out. */
export function encodeCbor(value: unknown): Uint8Array {
  // Copied out of Node's shared buffer pool: a view into it would carry its neighbours along when posted to another thread.
  return new Uint8Array(encode(value, { ...rfc8949EncodeOptions, ignoreUndefinedProperties: true }));
}

/**
 * Reads bytes that somebody else wrote. Null if they are larger than `maxBytes`, malformed, not in deterministic form, or
 * not of the schema's shape. Unknown fields of objects are ignored, so that fields can be added.
 */
export function decodeCbor<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
  maxBytes: number,
): z.output<Schema> | null {
  if (bytes.byteLength > maxBytes) return null;
  const value = decodeDeterministic(bytes);
  if (value === undefined) return null;
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Undefined stands for "not deterministic CBOR": it is not a value the strict decoder can produce. */
function decodeDeterministic(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes, strictDecoding);
    // The decoder alone lets unsorted keys and broken UTF-8 pass; what doesn't come back as the same bytes isn't deterministic.
    return Buffer.compare(encodeCbor(value), bytes) === 0 ? value : undefined;
  } catch {
    // Any failure of the decoder (its own errors, RangeError of hostile nesting) means the same: these bytes are no message.
    return undefined;
  }
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** Exactly `length` bytes. */
export const fixedBytesField = (length: number) =>
  z.custom<Uint8Array>((value) => isBytes(value) && value.byteLength === length, `must be ${length} bytes`);

/** At most `maxLength` bytes. */
export const boundedBytesField = (maxLength: number) =>
  z.custom<Uint8Array>((value) => isBytes(value) && value.byteLength <= maxLength, `must be at most ${maxLength} bytes`);

/** Sequence numbers and times in milliseconds: non-negative integers that JavaScript holds exactly. */
export const counterField = z.int().nonnegative();
