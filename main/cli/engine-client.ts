import type { BridgeClient } from '../../preload/contract/index.ts';

/** The engine as a command line sees it: the same contract as the page's. */
export type EngineClient = BridgeClient;

/** An engine to talk to: our own, or the one of an app that has the profile open. */
export interface EngineHandle {
  readonly client: EngineClient;
  readonly attached: boolean;
  stop(): Promise<void>;
}
