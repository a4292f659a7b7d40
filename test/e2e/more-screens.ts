import type { Screen } from './screen-acts.ts';
import { voiceScreens } from './voice-screens.ts';
import { windowScreens } from './window-screens.ts';

/** Lists that each stand in a file of their own. */
export const moreScreens: readonly Screen[] = [...windowScreens, ...voiceScreens];
