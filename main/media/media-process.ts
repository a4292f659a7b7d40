/** Entry of the media process: everything with a deadline of 10 ms lives here, away from whatever is busy elsewhere. */
import { toMediaSchema, type FromMedia } from '../shell/control.ts';
import { connectParent } from '../shell/process-entry.ts';
import { lineLogger } from '../ports/logger.ts';
import { systemRandom } from '../ports/random.ts';
import { systemClock } from '../ports/system-clock.ts';
import { askPriority } from './ask-priority.ts';
import { tuneV8 } from './tune-v8.ts';
import { mediaBootSchema } from './protocol.ts';
import { runMedia } from './run-media.ts';

tuneV8();
const parent = await connectParent();
const boot = mediaBootSchema.parse(parent.boot);
const logger = lineLogger((line) => process.stderr.write(line), boot.logLevel, 'media');
askPriority(logger);

const media = await runMedia({
  boot,
  clock: systemClock,
  random: systemRandom,
  logger,
  onPcmEndpoint: (url) => parent.port.post({ kind: 'pcm-endpoint', url } satisfies FromMedia),
});

parent.onStop(() => media.stop());
parent.port.onMessage((raw, ports) => {
  const message = toMediaSchema.safeParse(raw);
  const [port] = ports;
  if (!message.success || port === undefined) {
    logger.warn('unknown control message');
    return;
  }
  switch (message.data.kind) {
    case 'engine-port':
      return media.attachEngine(port);
    case 'pcm-port':
      return media.attachPage(port);
  }
});
