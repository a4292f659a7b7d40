import { join } from 'node:path';
import type { End } from '../rig/homes.ts';

/** How the laboratory and the processes that impair themselves find each other. */
export const cableDirVariable = 'LILLIPUT_LAB_CABLE';
export const endVariable = 'LILLIPUT_LAB_END';

/** Alone in its folder, which is watched. */
export const confDir = (dir: string): string => join(dir, 'conf');
export const confName = 'wire.conf';
export const tracePathOf = (dir: string, end: End): string => join(dir, `wire-${end}.trace`);
