import type { Scenario } from '../scenario.ts';
import { kill30 } from './kill-30.ts';
import { mailboxKill30 } from './mailbox-kill-30.ts';

/** All that `lab:overlay` knows, in the order of its table. */
export const scenarios: readonly Scenario[] = [kill30, mailboxKill30];
