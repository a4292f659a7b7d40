import sodium from 'sodium-native';

export const streamKeyBytes = 32;
export const streamHeaderBytes = 24;
/** What sealing adds to each piece. */
export const streamPieceOverhead = 17;

/** Pieces in an order, each of which can only be opened at its own place, and the last of which says so: libsodium's secretstream (XChaCha20-Poly1305). */
export interface StreamSealer {
  /** Random; whoever opens needs it. */
  readonly header: Uint8Array;
  seal(piece: Uint8Array, isLast: boolean): Uint8Array;
}

/** @param key 32 bytes */
export function createStreamSealer(key: Uint8Array): StreamSealer {
  // sodium-native wants its state in a Buffer of exactly this size.
  const state = Buffer.alloc(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES);
  const header = new Uint8Array(streamHeaderBytes);
  sodium.crypto_secretstream_xchacha20poly1305_init_push(state, header, key);
  return {
    header,
    seal(piece, isLast) {
      const sealed = new Uint8Array(piece.byteLength + streamPieceOverhead);
      const tag = isLast
        ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
      sodium.crypto_secretstream_xchacha20poly1305_push(state, sealed, piece, null, tag);
      return sealed;
    },
  };
}

export interface StreamOpener {
  /** Null: not what was sealed at this place. */
  open(sealed: Uint8Array): { readonly piece: Uint8Array; readonly isLast: boolean } | null;
}

/** @param key 32 bytes @param header as the sealer gave it */
export function createStreamOpener(key: Uint8Array, header: Uint8Array): StreamOpener {
  const state = Buffer.alloc(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES);
  sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key);
  return {
    open(sealed) {
      if (sealed.byteLength < streamPieceOverhead) return null;
      const piece = new Uint8Array(sealed.byteLength - streamPieceOverhead);
      const tag = new Uint8Array(1);
      try {
        sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, tag, sealed, null);
      } catch {
        return null; // libsodium refuses what does not authenticate; lengths were checked.
      }
      return { piece, isLast: tag[0] === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL };
    },
  };
}
