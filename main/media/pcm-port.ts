import type { Port } from '../ports/message-port.ts';
import type { PcmChannel } from './devices/index.ts';

/** A page's sound over a MessagePort: array buffers from its AudioWorklet, and views of them from Electron's ports. */
export function portChannel(port: Port): PcmChannel {
  return {
    // Posting copies, so the message may be used again at once.
    send: (message) => port.post(message.buffer),
    onMessage(listener) {
      port.onMessage((message) => {
        if (message instanceof Uint8Array) listener(message);
        else if (message instanceof ArrayBuffer) listener(new Uint8Array(message));
      });
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}
