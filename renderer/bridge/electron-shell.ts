import { bridgeApiName, type BridgeApi, type PortKind, type PortMessage } from '../../preload/contract/index.ts';
import { createWire, type Line } from './line.ts';

declare global {
  interface Window {
    /** Put there by `preload/preload.ts`; absent in the browser shell. */
    readonly [bridgeApiName]?: BridgeApi;
  }
}

export interface ElectronShell {
  readonly api: BridgeApi;
  readonly openLine: () => Promise<Line>;
  readonly openPcmPort: () => Promise<MessagePort>;
}

function isPortMessage(value: unknown): value is PortMessage {
  return typeof value === 'object' && value !== null && 'lilliput' in value && value.lilliput === 'port' && 'id' in value;
}

/** The Electron shell around this page; null if it is another one. The only place that looks at `window.lilliput`. */
export function electronShell(): ElectronShell | null {
  const api = window[bridgeApiName];
  if (api === undefined) return null;
  const awaited = new Map<number, (port: MessagePort) => void>();
  let nextId = 0;
  let dropLine: (() => void) | null = null;
  let engineIsBack: Promise<void> = Promise.resolve();
  let welcomeBack: (() => void) | null = null;

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const [port] = event.ports;
    // Only the preload, which shares this window, can say this.
    if (event.source !== window || event.origin !== window.location.origin || port === undefined) return;
    if (!isPortMessage(event.data)) return;
    awaited.get(event.data.id)?.(port);
    awaited.delete(event.data.id);
  });
  const request = (kind: PortKind): Promise<MessagePort> =>
    new Promise((resolve) => {
      const id = nextId;
      nextId += 1;
      awaited.set(id, resolve);
      api.requestPort(kind, id);
    });
  // The port's own `close` says the same; whichever comes first.
  api.onLifecycle((event) => {
    if (event === 'engine-back') welcomeBack?.();
    if (event !== 'engine-restarting') return;
    engineIsBack = new Promise((resolve) => (welcomeBack = resolve));
    dropLine?.();
  });

  return {
    api,
    async openLine() {
      await engineIsBack;
      const port = await request('bridge');
      const { wire, ended, hear, end } = createWire((text) => port.postMessage(text));
      dropLine = () => {
        end('engine');
        port.close();
      };
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string') hear(data);
      });
      port.addEventListener('close', () => end('engine'));
      port.start();
      return { wire, ended, close: () => port.close() };
    },
    openPcmPort: () => request('pcm'),
  };
}
