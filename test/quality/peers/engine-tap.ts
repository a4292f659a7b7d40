import type { CallView } from '../../../preload/contract/index.ts';
import { connectBridge, connectLocal, locateProfile } from '../../../main/shell/index.ts';
import { itemsOf, watch } from '../../bench/rig/watched.ts';
import { accountProfile } from './accounts.ts';
import type { OwnAccount } from './peers.ts';

/** A look into a running app, as a second window would have it. */
export interface EngineTap {
  /** Resolves when the other's sound came for the first time in a call that was not asked about before. */
  firstAudio(): Promise<void>;
  account(): OwnAccount;
  close(): void;
}

export async function tapEngine(home: string): Promise<EngineTap> {
  const port = await connectLocal(locateProfile({ home, name: accountProfile }).socketPath);
  if (port === null) throw new Error(`nothing runs in ${home}`);
  const client = connectBridge(port);
  let last: CallView | null = null;
  const heard = new Set<string | null>();
  const diagnostics = await watch(
    (signal) => client.diagnostics.watch(undefined, { signal }),
    (event) => [event],
  );
  const calls = await watch(
    (signal) => client.calls.watch(undefined, { signal }),
    (change) => {
      const items = itemsOf<CallView>(change);
      last = items.at(-1) ?? last;
      return items;
    },
  );
  return {
    async firstAudio() {
      const { item } = await diagnostics.first(
        ({ event, callId }) => event === 'first-audio' && !heard.has(callId),
        'the other is heard',
      );
      heard.add(item.callId);
    },
    account: () => ({ concealedMs: last?.stats?.concealedMs ?? null, stretchedMs: stretched(last) }),
    close() {
      diagnostics.stop();
      calls.stop();
      port.close();
    },
  };
}

/** Newer engines say it; older ones don't. */
function stretched(view: CallView | null): number | null {
  const value: unknown = Reflect.get(view?.stats ?? {}, 'stretchedMs');
  return typeof value === 'number' ? value : null;
}
