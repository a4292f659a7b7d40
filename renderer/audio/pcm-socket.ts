import type { PcmSocketNews, PcmSocketOrder } from './pcm-socket-messages.ts';
import type { PcmTransport } from './pcm-transport.ts';
// oxlint-disable-next-line import/default -- Vite makes the module: the worker's constructor
import PcmSocketWorker from './worklets/pcm-socket-worker.ts?worker';

/**
 * A line over the media process's loopback WebSocket (browser shell). The socket lives in a worker, and its port can move
 * on into the audio thread: no frame passes through the page. Rejects if the socket can't be opened.
 */
export function openPcmSocket(url: string): Promise<PcmTransport> {
  const worker = new PcmSocketWorker();
  const { port1: port, port2: line } = new MessageChannel();
  const transport: PcmTransport = {
    port,
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => listener(data));
      port.start();
    },
    close: () => worker.terminate(),
  };
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      worker.terminate();
      reject(new Error('the sound socket could not be opened'));
    };
    worker.addEventListener('error', fail, { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<PcmSocketNews>) =>
      data === 'open' ? resolve(transport) : fail(),
    );
    const order: PcmSocketOrder = { url, line };
    worker.postMessage(order, [line]);
  });
}
