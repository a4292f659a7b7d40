/** The media process with a probe in its thread. */
import { startProbe } from './thread-probe.ts';

startProbe();
await import('../../../main/media/media-process.ts');
