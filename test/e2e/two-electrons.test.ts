import { afterAll, beforeAll, describe } from 'vitest';
import { linkElectron, startElectronApp, type LinkedElectron } from './rig/electron-app.ts';
import { tellFirstCall } from './rig/story.ts';

const testElectron = process.env['LILLIPUT_TEST_ELECTRON'] ?? '';

describe.skipIf(testElectron === '')('two whole apps in the real Electron', () => {
  let linked: LinkedElectron;
  beforeAll(() => {
    linked = linkElectron(testElectron);
  });
  afterAll(() => linked.remove());

  tellFirstCall('two-electrons', (start) => startElectronApp({ ...start, electron: linked.electron }));
});
