import { MessageChannel, MessagePort } from 'node:worker_threads';
import type { Port, PortPair } from '../ports/message-port.ts';

const nativePorts = new WeakMap<Port, MessagePort>();

/** The thread's own port behind one of ours, for a first message that is posted outside of any port. */
export function nativeNodePort(port: Port): MessagePort {
  const native = nativePorts.get(port);
  if (native === undefined) throw new TypeError('only ports of this host can travel over its ports');
  return native;
}

/** Starts delivery; through `addEventListener`, because `on('message')` hides the ports that came along. */
export function listenToNativePort(native: MessagePort, listener: (message: unknown, ports: readonly Port[]) => void): void {
  native.addEventListener('message', (event) => {
    if (!(event instanceof MessageEvent)) return;
    const message: unknown = event.data;
    const ports: readonly unknown[] = event.ports;
    listener(
      message,
      ports.filter((port) => port instanceof MessagePort).map((port) => nodePort(port)),
    );
  });
  native.start();
}

/** A `Port` over a `worker_threads` port, which holds messages back until somebody listens. */
export function nodePort(native: MessagePort): Port {
  const port: Port = {
    post(message, ports = []) {
      native.postMessage(
        message,
        ports.map((travelling) => nativeNodePort(travelling)),
      );
    },
    onMessage(listener) {
      listenToNativePort(native, listener);
    },
    onClose(listener) {
      native.addEventListener('close', () => listener(), { once: true });
    },
    close() {
      native.close();
    },
  };
  nativePorts.set(port, native);
  return port;
}

export function createNodeChannel(): PortPair {
  const { port1, port2 } = new MessageChannel();
  return { near: nodePort(port1), far: nodePort(port2) };
}
