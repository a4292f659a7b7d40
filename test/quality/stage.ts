import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingCase } from '../../main/ports/missing-case.ts';
import { createLoopbackHomes } from './in-process/loopback-homes.ts';
import { makeAccounts, type Accounts } from './peers/accounts.ts';
import { startChromiumPeers } from './peers/chromium-peers.ts';
import { startHeadlessPeers } from './peers/headless-peers.ts';
import { startLilliputPeers } from './peers/lilliput-peers.ts';
import type { PeerName, Peers, Place } from './peers/peers.ts';
import type { CableKind, Homes } from './rig/homes.ts';
import { createNamespaceHomes } from './rig/namespaces.ts';
import type { Cable } from './wire/cable.ts';

export interface StageOptions {
  readonly kind: CableKind;
  readonly peer: PeerName;
  /** Of the cable between calls. */
  readonly delayMs: number;
  /** Null: none is installed; our command line needs none. */
  readonly chromiumPath: string | null;
}

export interface CallNeeds extends Pick<Place, 'voices' | 'longestSeconds'> {
  readonly skewPpm: number;
}

/** Two homes, the cable between them, and in both the same program, which makes one call after the other. */
export interface Stage {
  readonly homes: Homes;
  readonly cable: Cable;
  readonly delayMs: number;
  /** Starts the programs, unless they run and are of use for another call. */
  ready(needs: CallNeeds): Promise<Peers>;
  /** Ends the call; programs that are of no use for another one end too. */
  clear(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

export async function openStage({ kind, peer, delayMs, chromiumPath }: StageOptions): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-voice-'));
  const homes = await (kind === 'namespaces' ? createNamespaceHomes(peer, dir) : createLoopbackHomes(dir));
  let cable: Cable | null = null;
  let peers: Peers | null = null;
  const stopPeers = async (): Promise<void> => {
    const running = peers;
    peers = null;
    await running?.stop();
  };
  const close = async (): Promise<void> => {
    await stopPeers();
    await cable?.unplug();
    await homes.remove();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    cable = await homes.plugCable({});
    const accounts = peer === 'chromium' ? null : await makeAccounts(homes, dir);
    await cable.unplug();
    cable = await homes.plugCable({ delayMs });
    return {
      homes,
      cable,
      delayMs,
      async ready({ skewPpm, ...needs }) {
        peers ??= await startPeers(peer, { ...needs, homes, chromiumPath, dir }, accounts, skewPpm);
        return peers;
      },
      async clear() {
        const hangUp = peers?.hangUp ?? null;
        if (hangUp === null) await stopPeers();
        else await hangUp();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startPeers(peer: PeerName, place: Place, accounts: Accounts | null, skewPpm: number): Promise<Peers> {
  if (peer === 'chromium') return startChromiumPeers(place);
  if (accounts === null) throw new Error('nobody has an account');
  switch (peer) {
    case 'lilliput':
      return startLilliputPeers(place, accounts);
    case 'lilliput-headless':
      return startHeadlessPeers(place, accounts, skewPpm);
    default:
      return missingCase(peer);
  }
}
