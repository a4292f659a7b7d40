import { AppError } from '../ports/app-error.ts';
import { lineLogger } from '../ports/logger.ts';
import { systemRandom } from '../ports/random.ts';
import { systemClock } from '../ports/system-clock.ts';
import { connectParent, createEngineLink, serveBridge } from '../shell/index.ts';
import { engineBootSchema, type EngineBoot } from './boot.ts';
import { createFailedRouter } from './failed-engine.ts';
import { createRouter } from './router.ts';
import type { RunningEngine } from './running-engine.ts';
import { startEngine } from './start-engine.ts';

/** Entry of the engine process: boot values in, bridge clients served, until the shell says stop. */
const parent = await connectParent();
const parsed = engineBootSchema.safeParse(parent.boot);
if (!parsed.success) throw new AppError('BAD_INPUT', 'the shell sent boot values this engine does not know');
const boot: EngineBoot = parsed.data;

const logger = lineLogger((line) => process.stderr.write(line), boot.logLevel, 'engine');
const link = createEngineLink(parent.port, logger);

/** A new process, which the shell starts when this one is gone, on purpose: nothing fell. */
function restart(): void {
  link.restarting();
  void Promise.resolve(engine?.stop()).finally(() => setImmediate(() => process.exit(0)));
}

/** A profile that can't be opened is no crash: starting again and again would not help. Whoever attaches is told why. */
async function open(): Promise<RunningEngine | AppError> {
  try {
    return await startEngine({ boot, link, clock: systemClock, random: systemRandom, logger, restart });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logger.error('profile-not-opened', { code: error.code, reason: error.reason });
    return error;
  }
}

const opened = await open();
const engine = opened instanceof AppError ? null : opened;
/** A new process, which the shell starts when this one is gone; after the answer to whoever asked. */
const retry = (): void => void setImmediate(() => process.exit(0));
const router =
  opened instanceof AppError ? createFailedRouter(boot, opened, { quit: () => link.quit(), retry }) : createRouter(opened);
parent.onStop(async () => engine?.stop());

link.onNotice((notice, port) => {
  switch (notice.kind) {
    case 'client-port':
      if (port !== undefined) serveBridge(port, router, { trust: notice.trust }, logger);
      return;
    case 'media-port':
      if (port !== undefined) engine?.connectMedia(port);
      return;
    case 'pcm-endpoint':
      return engine?.setPcmEndpoint(notice.url);
    case 'restarts':
      return engine?.setRestarts(notice.restarts);
    case 'relay-listening':
    case 'relay-failed':
    case 'relay-counts':
    case 'relay-gone':
      return engine?.hearRelay(notice);
    case 'power':
      return engine?.hearPower(notice.onBattery);
    case 'proxy':
      return engine?.hearProxy(notice.rules);
    case 'idle':
      return engine?.hearIdle(notice.idleMs);
    case 'sleep':
      return engine?.sleep();
    case 'wake':
      return engine?.wake();
  }
});
