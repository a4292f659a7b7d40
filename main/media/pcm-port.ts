import type { Port } from '../ports/message-port.ts';
import type { PcmChannel } from './devices/index.ts';

/** A page's sound over a MessagePort: array buffers from its AudioWorklet, and views of them from Electron's ports. */
export function portChannel(port: Port): PcmChannel {
  return {
    // Posting copies, so the message may be used again at once.
    send: (message) => port.post(message.buffer),
    onMessage(listener) {
      port.onMessage((message) => {
        if (message instanceof ArrayBuffer) listener(message, 0, message.byteLength);
        else if (ArrayBuffer.isView(message) && message.buffer instanceof ArrayBuffer) {
          listener(message.buffer, message.byteOffset, message.byteLength);
        }
      });
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}
