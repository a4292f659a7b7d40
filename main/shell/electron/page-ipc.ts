import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import { z } from 'zod';
import {
  ipcChannels,
  noticeRequestSchema,
  type BridgeLifecycle,
  type NoticeAct,
  type NoticeRequest,
  type PortMessage,
  type ShellAct,
} from '../../../preload/contract/index.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Port } from '../../ports/message-port.ts';
import { nativeElectronPort } from './electron-port.ts';
import { isPageUrl } from './page-protocol.ts';

const portRequestSchema = z.object({ kind: z.enum(['bridge', 'pcm']), id: z.number().int().nonnegative() });
const windowActionSchema = z.enum(['minimise', 'toggle-maximise', 'close']);

export interface PageIpcParts {
  readonly window: () => BrowserWindow | null;
  readonly logger: Logger;
  readonly attach: (kind: 'bridge' | 'pcm') => Port;
  readonly notice: (request: NoticeRequest) => void;
}

export interface PageIpc {
  report(event: BridgeLifecycle): void;
  /** What a person did with a notification. */
  tell(act: NoticeAct): void;
  /** What happened outside of the page. */
  tellAct(act: ShellAct): void;
}

/** All that preload and shell say to each other; the only place that knows `ipcMain`. */
export function servePageIpc({ window, logger, attach, notice }: PageIpcParts): PageIpc {
  /** The sender's window, if it is the main frame of our window and shows our page. */
  const senderOf = (event: IpcMainEvent): BrowserWindow | null => {
    const page = window();
    const frame = event.senderFrame;
    const isOurs = page !== null && frame !== null && frame === page.webContents.mainFrame && isPageUrl(frame.url);
    if (!isOurs) logger.warn('a message from a frame that is not our page');
    return isOurs ? page : null;
  };
  ipcMain.on(ipcChannels.requestPort, (event, raw) => {
    const page = senderOf(event);
    const request = portRequestSchema.safeParse(raw);
    if (page === null || !request.success) return;
    const { kind, id } = request.data;
    const message: PortMessage = { lilliput: 'port', kind, id };
    page.webContents.postMessage(ipcChannels.port, message, [nativeElectronPort(attach(kind))]);
  });
  ipcMain.on(ipcChannels.window, (event, raw) => {
    const page = senderOf(event);
    const action = windowActionSchema.safeParse(raw);
    if (page === null || !action.success) return;
    switch (action.data) {
      case 'minimise':
        return page.minimize();
      case 'toggle-maximise':
        return page.isMaximized() ? page.unmaximize() : page.maximize();
      case 'close':
        return page.close();
    }
  });
  ipcMain.on(ipcChannels.notice, (event, raw) => {
    const request = noticeRequestSchema.safeParse(raw);
    if (senderOf(event) !== null && request.success) notice(request.data);
  });
  return {
    report: (event) => window()?.webContents.send(ipcChannels.lifecycle, event),
    tellAct: (act) => window()?.webContents.send(ipcChannels.shellAct, act),
    tell: (act) => window()?.webContents.send(ipcChannels.noticeAct, act),
  };
}
