import { contextBridge, ipcRenderer } from 'electron';
import { incomingApiName, ipcChannels } from './contract/bridge-api.ts';
import type { IncomingApi, IncomingCaller } from './contract/incoming-window.ts';

let caller: IncomingCaller | null = null;
let onCaller: ((caller: IncomingCaller) => void) | null = null;
ipcRenderer.on(ipcChannels.caller, (_, next: IncomingCaller) => {
  caller = next;
  onCaller?.(next);
});

const api: IncomingApi = {
  onCaller(listener) {
    onCaller = listener;
    if (caller !== null) listener(caller);
  },
  act: (act) => ipcRenderer.send(ipcChannels.incomingAct, act),
};

// Arrives frozen on the other side.
contextBridge.exposeInMainWorld(incomingApiName, api);
