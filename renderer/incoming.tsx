import { incomingApiName, type IncomingApi } from '../preload/contract/index.ts';
import { startIncomingWindow } from './incoming/index.tsx';

declare global {
  interface Window {
    /** Put there by `preload/incoming-preload.ts`; absent in the browser shell, which opens no such window. */
    readonly [incomingApiName]?: IncomingApi;
  }
}

/** The root of the small window of somebody who rings. */
const root = document.getElementById('root');
if (root === null) throw new Error('incoming.html has no #root');
const api = window[incomingApiName];
if (api !== undefined) startIncomingWindow(root, api);
