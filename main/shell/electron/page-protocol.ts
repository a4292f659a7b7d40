import { protocol } from 'electron';
import type { PageFile } from '../page-files.ts';
import { pageHeaders } from '../page-policy.ts';

const scheme = 'app';
/** The page's origin; a scheme of our own, so that no web page and no file can pose as it. */
export const pageOrigin = `${scheme}://lilliput`;

/** Before the app is ready: makes the scheme a real origin with a secure context (microphone, worklets). */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built page, and nothing else, under `pageOrigin`. */
export function servePageFiles(files: ReadonlyMap<string, PageFile>): void {
  const headers = pageHeaders("'self'");
  protocol.handle(scheme, (request) => {
    const url = new URL(request.url);
    const file = `${url.protocol}//${url.host}` === pageOrigin && request.method === 'GET' ? files.get(url.pathname) : undefined;
    if (file === undefined) return new Response('There is no such file.\n', { status: 404, headers });
    return new Response(new Uint8Array(file.read()), { headers: { ...headers, 'Content-Type': file.contentType } });
  });
}

export const isPageUrl = (url: string): boolean => {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}` === pageOrigin;
  } catch {
    return false;
  }
};
