import { app } from 'electron';

/**
 * Has the system open `lilliput:` links with us. On Linux the package's desktop entry says that, on macOS the bundle, and there this
 * only makes us the one who is asked among several. `--`: what a hostile link smuggles behind itself is never read as a switch of ours,
 * nor of Chromium's.
 */
export function claimLinkScheme(scheme: string): void {
  // What is run from sources would send every link of this computer to a checkout.
  if (!app.isPackaged || process.platform === 'linux') return;
  app.setAsDefaultProtocolClient(scheme, process.execPath, ['--']);
}
