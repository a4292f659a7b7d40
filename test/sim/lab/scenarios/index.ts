import type { Scenario } from '../scenario.ts';
import { churn } from './churn.ts';
import { floodScenario } from './flood.ts';
import { growth } from './growth.ts';
import { hostileTimes } from './hostile-times.ts';
import { kill30 } from './kill-30.ts';
import { mailboxChurn } from './mailbox-churn.ts';
import { mailboxFlood } from './mailbox-flood.ts';
import { mailboxHostile } from './mailbox-hostile.ts';
import { mailboxKill30 } from './mailbox-kill-30.ts';
import { malicious30 } from './malicious-30.ts';
import { massRestart } from './mass-restart.ts';
import { searching } from './search.ts';
import { seenByStrangers } from './seen-by-strangers.ts';
import { partition } from './partition.ts';
import { poisonedCache } from './poisoned-cache.ts';
import { portGrinder } from './port-grinder.ts';

/** All that `lab:overlay` knows, in the order of its table. */
export const scenarios: readonly Scenario[] = [
  churn,
  kill30,
  massRestart,
  growth,
  malicious30,
  hostileTimes,
  portGrinder,
  poisonedCache,
  partition,
  floodScenario,
  // The mail that waits there.
  mailboxKill30,
  mailboxChurn,
  mailboxFlood,
  mailboxHostile,
  searching,
  // Who learns what of whom.
  seenByStrangers,
];
