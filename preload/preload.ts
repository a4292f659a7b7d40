import { contextBridge, ipcRenderer } from 'electron';
import {
  bridgeApiName,
  ipcChannels,
  type BridgeApi,
  type BridgeLifecycle,
  type BridgePlatform,
  type PortMessage,
} from './contract/bridge-api.ts';
import type { NoticeAct, NoticeRequest } from './contract/shell-notices.ts';
import type { ShellAct } from './contract/tray-view.ts';

const platforms: readonly BridgePlatform[] = ['linux', 'darwin', 'win32'];
const platform = platforms.find((name) => name === process.platform) ?? 'other';

let onNoticeAct: ((act: NoticeAct) => void) | null = null;
ipcRenderer.on(ipcChannels.noticeAct, (_, act: NoticeAct) => onNoticeAct?.(act));

let onShellAct: ((act: ShellAct) => void) | null = null;
ipcRenderer.on(ipcChannels.shellAct, (_, act: ShellAct) => onShellAct?.(act));

let onLifecycle: ((event: BridgeLifecycle) => void) | null = null;
ipcRenderer.on(ipcChannels.lifecycle, (_, event: BridgeLifecycle) => onLifecycle?.(event));

ipcRenderer.on(ipcChannels.port, (event, message: PortMessage) => {
  window.postMessage(message, window.location.origin, [...event.ports]);
});

const control = (action: 'minimise' | 'toggle-maximise' | 'close') => (): void => ipcRenderer.send(ipcChannels.window, action);

const notice = (request: NoticeRequest): void => ipcRenderer.send(ipcChannels.notice, request);

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
  notice,
  onNoticeAct(listener) {
    onNoticeAct = listener;
  },
  onShellAct(listener) {
    onShellAct = listener;
    notice({ kind: 'listening' });
  },
  requestPort: (kind, id) => ipcRenderer.send(ipcChannels.requestPort, { kind, id }),
};

// Arrives frozen on the other side.
contextBridge.exposeInMainWorld(bridgeApiName, api);
