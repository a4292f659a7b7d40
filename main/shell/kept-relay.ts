import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ProcessHost } from '../ports/process-host.ts';
import { fromRelaySchema, type FromRelay } from './control.ts';
import { keepProcess, type KeptProcess } from './kept-process.ts';

/** The relay's process, kept alive. `onEvent` hears it say where it listens, anew after each restart. */
export function keepRelay(
  parts: { readonly host: ProcessHost; readonly clock: Clock; readonly logger: Logger },
  boot: unknown,
  onEvent: (event: FromRelay) => void,
): KeptProcess<never> {
  const relay = keepProcess<never>(parts, 'relay', () => boot, {
    started(hosted) {
      hosted.port.onMessage((raw) => {
        const message = fromRelaySchema.safeParse(raw);
        if (message.success) onEvent(message.data);
        else parts.logger.warn('unknown control message', { from: 'relay' });
      });
    },
    fell: () => undefined,
  });
  relay.start();
  return relay;
}
