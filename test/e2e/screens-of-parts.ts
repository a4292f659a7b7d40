import { checkScreens } from './check-screens.ts';
import { dataScreens } from './data-screens.ts';
import { desktopScreens } from './desktop-screens.ts';
import { findingScreens } from './finding-screens.ts';
import { joiningScreens } from './joining-screens.ts';
import { nameScreens } from './name-screens.ts';
import { messageScreens } from './message-screens.ts';
import { moreScreens } from './more-screens.ts';
import { peopleScreens } from './people-screens.ts';
import type { Screen } from './screen-acts.ts';
import { stateScreens } from './state-screens.ts';

/** Screens that stand in files of their own. */
export const screensOfParts: readonly Screen[] = [
  ...checkScreens,
  ...dataScreens,
  ...desktopScreens,
  ...findingScreens,
  ...joiningScreens,
  ...nameScreens,
  ...messageScreens,
  ...moreScreens,
  ...peopleScreens,
  ...stateScreens,
];
