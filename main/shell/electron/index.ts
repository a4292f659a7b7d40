export * from './electron-process-host.ts';
export * from './keychain.ts';
export * from './page-ipc.ts';
export * from './page-notices.ts';
export * from './page-protocol.ts';
export * from './page-window.ts';
export { watchPower } from './watch-power.ts';
