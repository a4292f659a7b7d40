import { startApp } from './app/index.tsx';
import { createAudio } from './audio/index.ts';
import { connectBridge } from './bridge/index.ts';

/** The page's only root: bridge, sound, window. */
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const bridge = await connectBridge();
startApp(root, bridge, createAudio({ openPcm: () => bridge.openPcm() }));
