import { createCardJudge, createRecordValidator, type CardWork, type WorkPolicy } from '../directory/index.ts';
import { checkSignature, createTlsIdentity } from '../identity/index.ts';
import { createMailboxJudge, type MailboxWork } from '../mailbox/index.ts';
import {
  bitTorrentBy,
  createLocalRendezvous,
  createOverlay,
  usualGatewayPorts,
  type Overlay,
  type OverlayOptions,
} from '../overlay/index.ts';
import { toHex } from '../ports/hex.ts';
import type { Storage } from '../storage/index.ts';
import { ownGatewaySeed } from './own-records.ts';
import type { EngineParts } from './running-engine.ts';

export interface OverlayParts
  extends
    Pick<EngineParts, 'boot' | 'clock' | 'random' | 'logger'>,
    Pick<OverlayOptions, 'gate' | 'supernodeMode' | 'certificateCheck' | 'certificateSuccessor'> {
  readonly storage: Storage;
  readonly proxy: OverlayOptions['gateway']['proxy'];
  /** What a name, a mailbox and being found cost. */
  readonly work: { readonly name: WorkPolicy; readonly mailbox: MailboxWork; readonly card: CardWork };
}

const rendezvousTokenBytes = 4;

/** The network as this computer was told to take part in it; not started. */
export function openOverlay(parts: OverlayParts): Overlay {
  const { boot, storage, work, clock, random, logger } = parts;
  const { rendezvousDir } = boot.overlay;
  return createOverlay({
    clock,
    random,
    log: logger,
    gate: parts.gate,
    bind: boot.overlay.bind,
    bootstrap: boot.overlay.bootstrap,
    supernodeMode: boot.overlay.supernodeMode ?? parts.supernodeMode,
    knownNodes: storage.knownNodes,
    ownPort: storage.ownPort,
    provenRole: storage.provenRole,
    gateway: {
      known: storage.knownGateways,
      named: boot.overlay.gateways ?? [],
      proxy: parts.proxy,
      own: {
        seed: ownGatewaySeed(storage, random, logger),
        tls: () => createTlsIdentity(random, clock.nowMs()),
        ports: boot.overlay.gatewayPort === undefined ? usualGatewayPorts : [boot.overlay.gatewayPort],
        ...(boot.relay.caps === undefined ? {} : { bytesPerSecond: boot.relay.caps.totalBytesPerSecond }),
      },
    },
    shelf: storage.shelf,
    validator: createRecordValidator(work.name),
    cards: { shelf: storage.cardShelf, judge: createCardJudge(work.card) },
    mailboxes: {
      shelf: storage.mailboxShelf,
      judge: createMailboxJudge(work.mailbox),
      ...(boot.overlay.mailboxBytes === undefined ? {} : { limits: { maxBytes: boot.overlay.mailboxBytes } }),
    },
    certificateCheck: parts.certificateCheck,
    certificateSuccessor: parts.certificateSuccessor,
    signatureCheck: checkSignature,
    mdns: boot.overlay.mdns,
    localRendezvous:
      rendezvousDir === null
        ? null
        : createLocalRendezvous(rendezvousDir, toHex(random.bytes(rendezvousTokenBytes)), () => clock.nowMs()),
    bitTorrent: bitTorrentBy(boot.overlay.bitTorrentRouters ?? []),
    invited: boot.overlay.invited ?? [],
    diversity: { privateAddressesCountPerNode: true },
  });
}
