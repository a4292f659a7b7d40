import encodings from 'compact-encoding';
import protomuxModule from 'protomux';
import type { SecretStream } from './dht-types.ts';

interface RawChannel {
  readonly closed: boolean;
  open(): void;
  close(): void;
  addMessage(options: { encoding: unknown; onmessage: (message: Buffer) => void }): { send(message: Uint8Array): boolean };
}

interface RawMux {
  createChannel(options: { protocol: string; onopen?: () => void; onclose?: () => void }): RawChannel | null;
}

// The packages ship no types; only what is named here is used.
const Protomux = protomuxModule as new (stream: SecretStream) => RawMux;
const raw = (encodings as { readonly raw: unknown }).raw;

/** One protocol on a connection. The version is part of its name, so that a new protocol never breaks an old one. */
export interface MuxChannel {
  /** False once closed. */
  send(message: Uint8Array): boolean;
}

export interface Mux {
  /** Opens `protocol`; both ends do, and what is sent before the other has opened waits there. Null if the stream is gone. */
  channel(protocol: string, onMessage: (message: Uint8Array) => void, onClose: () => void): MuxChannel | null;
}

/** Takes over the stream's `data`: create it in the very tick in which the last message of the hello was read. */
export function createMux(stream: SecretStream): Mux {
  const mux = new Protomux(stream);
  return {
    channel(protocol, onMessage, onClose) {
      const channel = mux.createChannel({ protocol, onclose: onClose });
      if (channel === null) return null;
      const messages = channel.addMessage({ encoding: raw, onmessage: onMessage });
      channel.open();
      return {
        send(message) {
          if (channel.closed || stream.destroying) return false;
          messages.send(message);
          return true;
        },
      };
    },
  };
}
