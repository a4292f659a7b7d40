import { CallManager } from './call-manager.ts';
import type { Calls, CallsOptions } from './calls.ts';

export type {
  CallMedia,
  CallMediaEvent,
  IceServer,
  OverlayPath,
  PathPolicy,
  RecordingTarget,
  SessionDescription,
} from './call-media.ts';
export type { Admission, Calls, CallsOptions } from './calls.ts';
export type { CallRelays } from './relay-exchange.ts';
export { untoldWhenUnaccepted } from './call-endings.ts';
export { turnServers } from './relay-choice.ts';
export { callProtocol, callWireLimits } from './call-signal.ts';

/** The calls of one signed-in account. Listens at once; `stop()` ends it. */
export const createCalls = (options: CallsOptions): Calls => new CallManager(options);
