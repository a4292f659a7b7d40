import type { Clock, Timer } from '../../ports/clock.ts';
import { bindingProof, isBindingProof, type BindingRole, type BindingSecrets } from './channel-binding.ts';

/** A lost proof is sent again after this. */
const retryMs = 100;
/** First byte of a message: the sender still misses the other's proof, or has it. */
const asking = 1;
const satisfied = 0;

export interface BindingExchangeOptions {
  readonly clock: Clock;
  readonly role: BindingRole;
  readonly secrets: BindingSecrets;
  readonly exporter: Buffer;
  readonly send: (message: Buffer) => void;
  /** Once: the other end of the channel is the one that the signalling spoke of. */
  readonly onProven: () => void;
  readonly onForged: () => void;
}

export interface BindingExchange {
  start(): void;
  receive(message: Buffer): void;
  stop(): void;
}

/** Both ends send their proof (see `channel-binding.ts`) over a channel that may lose it, until each has the other's. */
export function createBindingExchange(options: BindingExchangeOptions): BindingExchange {
  const { clock, role, secrets, exporter } = options;
  const proof = bindingProof(secrets, role, exporter);
  let proven = false;
  let stopped = false;
  let timer: Timer | null = null;

  const say = (): void => options.send(Buffer.concat([Buffer.of(proven ? satisfied : asking), proof]));
  const retry = (): void => {
    if (stopped || proven) return;
    say();
    timer = clock.setTimer(retryMs, retry);
  };
  const stop = (): void => {
    stopped = true;
    timer?.cancel();
  };

  return {
    start: retry,
    receive(message) {
      if (stopped || message.length === 0) return;
      if (!isBindingProof(secrets, role === 'offerer' ? 'answerer' : 'offerer', exporter, message.subarray(1))) {
        stop();
        options.onForged();
        return;
      }
      const isFirst = !proven;
      proven = true;
      timer?.cancel();
      // Asked again, our own was lost. Who is satisfied gets no answer, or we would answer each other for ever.
      if (isFirst || message.readUInt8(0) === asking) say();
      if (isFirst) options.onProven();
    },
    stop,
  };
}
