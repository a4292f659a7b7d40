import { AppError } from '../ports/app-error.ts';
import { lineLogger } from '../ports/logger.ts';
import { systemRandom } from '../ports/random.ts';
import { systemClock } from '../ports/system-clock.ts';
import { connectParent, createEngineLink, serveBridge } from '../shell/index.ts';
import { engineBootSchema } from './boot.ts';
import { startEngine } from './start-engine.ts';
import { createRouter } from './router.ts';

/** Entry of the engine process: boot values in, bridge clients served, until the shell says stop. */
const parent = await connectParent();
const boot = engineBootSchema.safeParse(parent.boot);
if (!boot.success) throw new AppError('BAD_INPUT', 'the shell sent boot values this engine does not know');

const logger = lineLogger((line) => process.stderr.write(line), boot.data.logLevel, 'engine');
const link = createEngineLink(parent.port, logger);
const engine = await startEngine({ boot: boot.data, link, clock: systemClock, random: systemRandom, logger });
const router = createRouter(engine);
parent.onStop(() => engine.stop());

link.onNotice((notice, port) => {
  switch (notice.kind) {
    case 'client-port':
      if (port !== undefined) serveBridge(port, router, { trust: notice.trust }, logger);
      return;
    case 'media-port':
      if (port !== undefined) engine.connectMedia(port);
      return;
    case 'pcm-endpoint':
      return engine.setPcmEndpoint(notice.url);
    case 'restarts':
      return engine.setRestarts(notice.restarts);
    case 'wake':
      return engine.wake();
  }
});
