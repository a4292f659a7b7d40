import { contextBridge, ipcRenderer } from 'electron';
import {
  bridgeApiName,
  ipcChannels,
  type BridgeApi,
  type BridgeLifecycle,
  type BridgePlatform,
  type PortMessage,
} from './contract/bridge-api.ts';
import type { NoticeAct } from './contract/shell-notices.ts';

const platforms: readonly BridgePlatform[] = ['linux', 'darwin', 'win32'];
const platform = platforms.find((name) => name === process.platform) ?? 'other';

let onNoticeAct: ((act: NoticeAct) => void) | null = null;
ipcRenderer.on(ipcChannels.noticeAct, (_, act: NoticeAct) => onNoticeAct?.(act));

let onLifecycle: ((event: BridgeLifecycle) => void) | null = null;
ipcRenderer.on(ipcChannels.lifecycle, (_, event: BridgeLifecycle) => onLifecycle?.(event));

ipcRenderer.on(ipcChannels.port, (event, message: PortMessage) => {
  window.postMessage(message, window.location.origin, [...event.ports]);
});

const control = (action: 'minimise' | 'toggle-maximise' | 'close') => (): void => ipcRenderer.send(ipcChannels.window, action);

const api: BridgeApi = {
  shell: 'electron',
  platform,
  windowControls:
    platform === 'linux'
      ? { minimise: control('minimise'), toggleMaximise: control('toggle-maximise'), close: control('close') }
      : null,
  onLifecycle(listener) {
    onLifecycle = listener;
  },
  notice: (request) => ipcRenderer.send(ipcChannels.notice, request),
  onNoticeAct(listener) {
    onNoticeAct = listener;
  },
  requestPort: (kind, id) => ipcRenderer.send(ipcChannels.requestPort, { kind, id }),
};

// Arrives frozen on the other side.
contextBridge.exposeInMainWorld(bridgeApiName, api);
