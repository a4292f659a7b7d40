import * as fc from 'fast-check';

/** Bytes near `valid`: overwritten, cut, spliced, repeated; what a decoder meets when somebody tries. */
export function mutationsOf(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const position = fc.nat(valid.byteLength);
  const some = fc.uint8Array({ maxLength: 12 });
  const change = fc.oneof(
    fc.tuple(position, some).map(([at, bytes]) => join(valid.subarray(0, at), bytes, valid.subarray(at + bytes.byteLength))),
    fc.tuple(position, some).map(([at, bytes]) => join(valid.subarray(0, at), bytes, valid.subarray(at))),
    fc
      .tuple(position, position)
      .map(([from, to]) => join(valid.subarray(0, Math.min(from, to)), valid.subarray(Math.max(from, to)))),
    fc.tuple(position, position).map(([from, to]) => join(valid.subarray(0, to), valid.subarray(from))),
    position.map((end) => valid.slice(0, end)),
  );
  return fc.oneof({ weight: 5, arbitrary: change }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 1200 }) });
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
