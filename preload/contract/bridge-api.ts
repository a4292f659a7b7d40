import type { NoticeAct, NoticeRequest } from './shell-notices.ts';
import type { ShellAct } from './tray-view.ts';

/**
 * What the Electron shell shows to its page as `window.lilliput`: one frozen object, nothing of Electron or Node. In the
 * browser shell there is none, and `renderer/bridge` makes do with sockets.
 */
export interface BridgeApi {
  readonly shell: 'electron';
  readonly platform: BridgePlatform;
  /** Null where the system draws its own buttons. */
  readonly windowControls: WindowControls | null;
  /** The latest listener wins. */
  onLifecycle(listener: (event: BridgeLifecycle) => void): void;
  /**
   * Asks for a port to the engine or to the media process. It comes as a message to the window (ports don't cross the
   * context bridge): `PortMessage` with one port.
   */
  requestPort(kind: PortKind, id: number): void;
  /** Notifications of the system, the badge, and the window itself. */
  notice(request: NoticeRequest): void;
  /** The latest listener wins. */
  onNoticeAct(listener: (act: NoticeAct) => void): void;
  /** The latest listener wins. What happened before there was one is told it then. */
  onShellAct(listener: (act: ShellAct) => void): void;
}

export type BridgePlatform = 'linux' | 'darwin' | 'win32' | 'other';
export type PortKind = 'bridge' | 'pcm';
/** After `…-back` ports are to be asked for anew. */
export type BridgeLifecycle = 'engine-restarting' | 'engine-back' | 'media-restarting' | 'media-back';

export interface WindowControls {
  minimise(): void;
  toggleMaximise(): void;
  close(): void;
}

export interface PortMessage {
  readonly lilliput: 'port';
  readonly kind: PortKind;
  /** The one that `requestPort` was given. */
  readonly id: number;
}

/** Channel names between preload and shell; nothing else is spoken. */
export const ipcChannels = {
  requestPort: 'lilliput:request-port',
  port: 'lilliput:port',
  lifecycle: 'lilliput:lifecycle',
  window: 'lilliput:window',
  notice: 'lilliput:notice',
  noticeAct: 'lilliput:notice-act',
  shellAct: 'lilliput:shell-act',
  /** Of the small window of somebody who rings. */
  caller: 'lilliput:caller',
  incomingAct: 'lilliput:incoming-act',
} as const;

/** Name of the object in the page's world. */
export const bridgeApiName = 'lilliput';
/** And of the one in the world of the small window of somebody who rings. */
export const incomingApiName = 'lilliputIncoming';
