export * from './app-window.ts';
export * from './browser-shell.ts';
export * from './close-codes.ts';
export * from './entrance.ts';
export * from './find-browser.ts';
export * from './page-server.ts';
