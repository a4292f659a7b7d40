import type { MessagePortMain, ParentPort } from 'electron';
import type { Port } from '../../ports/message-port.ts';

const nativePorts = new WeakMap<Port, MessagePortMain>();

/** The Electron port behind one of ours, to be handed to a process or a page. */
export function nativeElectronPort(port: Port): MessagePortMain {
  const native = nativePorts.get(port);
  if (native === undefined) throw new TypeError('only ports of this host can travel over its ports');
  return native;
}

/** A `Port` over `MessagePortMain`, which holds messages back until it is started. Imports no Electron at run time. */
export function electronPort(native: MessagePortMain): Port {
  let closed = false;
  const port: Port = {
    post(message, ports = []) {
      // Electron throws on a closed port, Node does not: both are silent here, `onClose` tells.
      if (!closed) native.postMessage(message, ports.map(nativeElectronPort));
    },
    onMessage(listener) {
      native.on('message', (event) => listener(event.data, event.ports.map(electronPort)));
      native.start();
    },
    onClose(listener) {
      native.once('close', () => listener());
    },
    close() {
      closed = true;
      native.close();
    },
  };
  native.once('close', () => {
    closed = true;
  });
  nativePorts.set(port, native);
  return port;
}

/** The utility process's way to its parent; null in any other process. */
export function electronParentPort(): ParentPort | null {
  // Electron's types declare it always; it is there in a utility process only.
  const port: ParentPort | undefined = process.parentPort;
  return port ?? null;
}
