import { describe } from 'vitest';
import { startBrowserApp } from './rig/browser-app.ts';
import { tellFirstCall } from './rig/story.ts';

const chromiumPath = process.env['LILLIPUT_CHROMIUM'] ?? '';

describe.skipIf(chromiumPath === '')('two whole apps in the browser shell', () => {
  // No multicast: what is on this network besides us must not matter to the test; the two find each other on the machine.
  tellFirstCall('two-apps', (start) => startBrowserApp({ ...start, chromiumPath, shellArgs: ['--no-mdns', '--no-bittorrent'] }));
});
