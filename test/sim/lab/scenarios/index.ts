import type { Scenario } from '../scenario.ts';
import { churn } from './churn.ts';
import { growth } from './growth.ts';
import { kill30 } from './kill-30.ts';
import { mailboxChurn } from './mailbox-churn.ts';
import { mailboxFlood } from './mailbox-flood.ts';
import { mailboxKill30 } from './mailbox-kill-30.ts';
import { massRestart } from './mass-restart.ts';
import { searching } from './search.ts';

/** All that `lab:overlay` knows, in the order of its table. */
export const scenarios: readonly Scenario[] = [
  churn,
  kill30,
  massRestart,
  growth,
  // The mail that waits there.
  mailboxKill30,
  mailboxChurn,
  mailboxFlood,
  searching,
];
