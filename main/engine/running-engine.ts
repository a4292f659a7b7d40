import type { CardWork, WorkPolicy } from '../directory/index.ts';
import type { MailboxWork } from '../mailbox/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import type { Random } from '../ports/random.ts';
import type { EngineLink, RelayEvent, Restart } from '../shell/index.ts';
import type { EngineBoot } from './boot.ts';
import type { DataPartOptions } from './data-part.ts';
import type { Engine } from './engine.ts';

export interface EngineParts {
  readonly boot: EngineBoot;
  readonly link: EngineLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Only for tests: what a name costs. */
  readonly work?: WorkPolicy;
  /** Likewise: what a mailbox and a request cost. */
  readonly mailboxWork?: MailboxWork;
  /** Likewise: what being found costs. */
  readonly cardWork?: CardWork;
  /** Likewise: what a guess at an archive's passphrase costs. */
  readonly archiveCost?: DataPartOptions['archiveCost'];
  /** Ends this engine in good order; the shell starts another. */
  readonly restart: () => void;
}

/** The engine and what only its process tells it. */
export interface RunningEngine extends Engine {
  connectMedia(port: Port): void;
  setPcmEndpoint(url: string): void;
  setRestarts(restarts: readonly Restart[]): void;
  hearRelay(event: RelayEvent): void;
  hearPower(onBattery: boolean): void;
  /** The system's HTTP proxy, as proxy scripts give it. */
  hearProxy(rules: string): void;
  hearIdle(idleMs: number): void;
  /** The computer is about to sleep. */
  sleep(): void;
  wake(): void;
}
