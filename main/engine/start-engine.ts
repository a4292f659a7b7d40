import { join } from 'node:path';
import type { DiagnosticEvent } from '../../preload/contract/index.ts';
import { hostPortText, writtenHostPortSchema } from '../ports/host-port.ts';
import { createDirectory, standardCardWork, standardWork } from '../directory/index.ts';
import { createCertificateBook, createSecretsFile, fileKeyVault } from '../identity/index.ts';
import { standardMailboxWork } from '../mailbox/index.ts';
import { createMediaClient } from '../media/index.ts';
import { globalIpv6 } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';
import { openStorage } from '../storage/index.ts';
import { createAccountPart } from './account-part.ts';
import { createAppPart } from './app-part.ts';
import { createAudioPart } from './audio-part.ts';
import { createCheckPart } from './check-part.ts';
import { createCallGate } from './call-gate.ts';
import { createCallsPart, noteMediaMoments } from './calls-part.ts';
import { createConversationsPart } from './conversations-part.ts';
import { echoTopic, hostEcho, visitEcho } from './echo.ts';
import { createDataPart } from './data-part.ts';
import { createFindingPart, judgeCard } from './finding-part.ts';
import { createIdlePart } from './idle-part.ts';
import { createMediaLink } from './media-link.ts';
import { backfillSearch } from './search-backfill.ts';
import { createNetworkPart } from './network-part.ts';
import { createFeed } from './observable.ts';
import { createPeoplePart } from './people-part.ts';
import { createProfilePart } from './profile-part.ts';
import { openOverlay } from './open-overlay.ts';
import { createOwnRecord } from './own-records.ts';
import { createProxyPart, helperPlaces, judgeProxy, tryProxy } from './proxy-part.ts';
import { createPowerPart } from './power-part.ts';
import { readOnBattery } from './power-supply.ts';
import { databaseName, secretsName, settleProfile } from './profile-files.ts';
import { createRelayPart } from './relay-part.ts';
import { createRolePart } from './role-part.ts';
import type { EngineParts, RunningEngine } from './running-engine.ts';
import { createSettingsPart } from './settings-part.ts';
import { createSleepPart } from './sleep-part.ts';
import { createSignedIn, type SignedIn } from './signed-in.ts';
import { openWires } from './wires.ts';

/** Moments of calls that a slow laboratory may fall behind. */
const diagnosticsKept = 1000;

/**
 * Opens the profile, joins the network in the background, and wires every part to every other.
 * @throws AppError DISK_FULL, STORAGE_LOCKED, VAULT_LOCKED, STORAGE_CORRUPT (the account's secrets)
 */
export async function startEngine({
  boot,
  link,
  clock,
  random,
  logger,
  work = standardWork,
  mailboxWork = standardMailboxWork,
  cardWork = standardCardWork,
  archiveCost,
  restart,
}: EngineParts): Promise<RunningEngine> {
  const vault = (await link.keychain()) ?? fileKeyVault;
  settleProfile(boot.profileDir, clock.nowMs());
  const storage = await openStorage({
    path: join(boot.profileDir, databaseName),
    vault,
    clock,
    random,
    logger: logger.child('storage'),
  });
  const secretsFile = createSecretsFile(join(boot.profileDir, secretsName), vault);
  const { memory, check: certificateCheck, successor: certificateSuccessor } = createCertificateBook(storage.sequences);

  const settings = createSettingsPart({
    load: (defaults) => storage.settings.load(defaults),
    save: (change) => storage.settings.save(change),
    async tried({ noiseSuppression }) {
      if (noiseSuppression !== undefined) await media.suppressNoise(noiseSuppression === 'rnnoise');
    },
    judge(chosen) {
      judgeProxy(chosen);
      judgeCard(chosen);
    },
    async applied({ supernodeMode: chosen, inputGain, hideAddress, bitTorrent }) {
      hide(hideAddress);
      overlay.setBitTorrent(bitTorrent);
      proxy.settingChanged();
      media.setGain(inputGain);
      network.showMode(boot.overlay.supernodeMode ?? chosen);
      // What is carried ends now; what is kept is handed on first, which may take some seconds.
      relay.settingChanged();
      await overlay.setSupernodeMode(boot.overlay.supernodeMode ?? chosen);
      if (finding.settingsChanged()) signedIn?.cardChanged();
      idle.settingChanged();
      signedIn?.presence.refresh();
      people.allChanged();
    },
  });
  const { supernodeMode, hideAddress: startsHidden } = settings.state.get();
  const proxy = createProxyPart(settings.state, process.env, (choice) => {
    overlay.setProxy(choice);
    media.setProxy(choice);
  });
  const gate = createCallGate(clock);
  const overlay = openOverlay({
    boot,
    storage,
    supernodeMode,
    proxy: proxy.now(),
    gate,
    work: { name: work, mailbox: mailboxWork, card: cardWork },
    certificateCheck,
    certificateSuccessor,
    clock,
    random,
    logger,
  });
  /** Whoever is there is met anew, which may take a while; nothing waits for that. */
  const hide = (isHidden: boolean): void => {
    overlay.setHidden(isHidden).catch((error: unknown) => logger.warn('not-moved', { error: String(error).slice(0, 200) }));
  };
  // Before anybody can be met.
  hide(startsHidden);
  overlay.setBitTorrent(settings.state.get().bitTorrent);
  const network = createNetworkPart(overlay, clock, boot.overlay.supernodeMode ?? supernodeMode);
  const relay = createRelayPart({
    show: (carrying) => network.showCarrying(carrying),
    want: (wish) => link.wantRelay(wish),
    drainRelay: () => link.drainRelay(),
    overlay,
    bind: boot.overlay.bind,
    // Loopback as the internet is of one family.
    ownHost6: () => (boot.overlay.bind.host.startsWith('127.') ? null : globalIpv6()),
    choice: boot.relay,
    // "Never" ends what is carried at once, too.
    carries: () =>
      settings.state.get().carryOthers && (boot.overlay.supernodeMode ?? settings.state.get().supernodeMode) !== 'off',
    usage: storage.relayUsage,
    clock,
    logger: logger.child('relay'),
  });
  const power = createPowerPart({
    ofSystem: readOnBattery,
    changed(next) {
      overlay.setPower(next).catch((error: unknown) => logger.warn('power-not-heeded', { error: String(error).slice(0, 200) }));
    },
    clock,
  });
  const wires = openWires(overlay.people);

  const directory = createDirectory({
    store: overlay.directory,
    clock,
    random,
    log: logger,
    work,
    memory,
    own: createOwnRecord(storage.account),
    gate,
  });

  const diagnostics = createFeed<DiagnosticEvent>(diagnosticsKept);
  const media = createMediaLink(logger);
  media.setGain(settings.state.get().inputGain);
  media.setProxy(proxy.now());
  void media.suppressNoise(settings.state.get().noiseSuppression === 'rnnoise');
  const check = createCheckPart({ overlay, media, networkReady: network.ready, clock, random });
  noteMediaMoments(media, diagnostics, clock);
  const audio = createAudioPart(boot.shell, media);

  const app = createAppPart(boot, storage);
  const { bind } = boot.overlay;
  const overlayStarted = overlay.start().catch((error: unknown) => {
    logger.error('overlay.start-failed', { error: String(error).slice(0, 300) });
    throw new AppError('BAD_INPUT', 'listen', {
      message: `cannot listen on ${hostPortText(bind)}; choose another address or port`,
    });
  });
  // Those who need it await it; until they do, its failure is not unheard of.
  overlayStarted.catch(() => undefined);
  let signedIn: SignedIn | null = null;
  let stopEchoHost: (() => Promise<void>) | null = null;
  const profile = createProfilePart();
  const idle = createIdlePart({
    awayAfterMinutes: () => settings.state.get().awayAfterMinutes,
    changed: (isIdle) => signedIn?.presence.setIdle(isIdle),
    clock,
  });
  const people = createPeoplePart({
    directory,
    networkReady: network.ready,
    ownAccount() {
      const state = account.state.get();
      return state.kind === 'ready' ? state.account : null;
    },
    entrances: () => overlay.entrancesForOthers(),
    profileOf: profile.of,
    showsLastSeen: () => settings.state.get().shareLastSeen,
  });
  const finding = createFindingPart({
    find: {
      store: overlay.cards,
      lookup: (name, signal) => directory.lookup(name, signal),
      memory,
      clock,
      random,
      log: logger,
    },
    networkReady: network.ready,
    settings: () => settings.state.get(),
  });
  const conversations = createConversationsPart({
    repository: storage.conversations,
    find: storage.messages.find,
    search: storage.search,
    chat: () => requireSignedIn(signedIn).chat,
    requireConversation: (id) => requireSignedIn(signedIn).requireConversation(id),
  });
  const calls = createCallsPart({
    clock,
    diagnostics,
    log: (beforeMs, limit) => storage.callLog.list(beforeMs, limit),
    visitEcho: (signal) => visitEcho(overlay.people, signal),
    leaveEcho: (key) => overlay.people.leave(key),
    isContact: (account) => signedIn?.isContact(account) ?? false,
    showFile(path) {
      if (boot.shell !== 'electron') throw new AppError('NOT_ALLOWED_HERE', 'this shell has no window of files');
      link.showFile(path);
    },
  });
  const account = createAccountPart({
    directory,
    secretsFile,
    vault,
    repository: storage.account,
    clock,
    random,
    networkReady: network.ready,
    memory,
    restart,
    async activate() {
      await stopEchoHost?.();
      stopEchoHost = null;
      signedIn = createSignedIn({
        echo: boot.echo,
        allowLoopback: boot.relay.allowLoopback,
        hidesAddress: () => settings.state.get().hideAddress,
        habits: () => settings.state.get(),
        hidesLastSeen: () => !settings.state.get().shareLastSeen,
        profileDir: boot.profileDir,
        // Of an account that another computer has nothing reaches the network from here.
        overlayStarted: account.isMoved() ? new Promise(() => undefined) : overlayStarted,
        clock,
        random,
        logger,
        overlay,
        wires,
        directory,
        storage,
        media,
        gate,
        account,
        people,
        profile,
        finding,
        cardWork,
        conversations,
        calls,
        certificateCheck,
        mailboxWork,
      });
    },
    presenceChanged: ({ presence }) => signedIn?.presence.setOwn(presence),
  });

  const sleep = createSleepPart((isAsleep) => signedIn?.presence.setAsleep(isAsleep), clock);
  const data = createDataPart({
    boot,
    storage,
    vault,
    clock,
    random,
    logger: logger.child('data'),
    settings,
    account,
    participants: (id) => requireSignedIn(signedIn).participants(id),
    conversations,
    restart,
    ...(archiveCost === undefined ? {} : { archiveCost }),
  });
  const stopAll = async (): Promise<void> => {
    try {
      relay.stop();
      power.stop();
      idle.stop();
      sleep.stop();
      await data.stop();
      await signedIn?.stop();
      await overlay.stop();
    } finally {
      storage.close();
    }
  };
  const offerEcho = async (): Promise<(() => void) | null> => {
    if (!boot.echo) return null;
    await overlayStarted;
    if (signedIn === null)
      stopEchoHost = await hostEcho({ overlay, wires, media, clock, random, logger, allowLoopback: boot.relay.allowLoopback });
    return overlay.people.offerService(echoTopic);
  };
  const stopBackfill = backfillSearch(storage.search, clock, logger.child('search'));
  let echo: Promise<(() => void) | null> = Promise.resolve(null);
  try {
    await account.open();
    echo = offerEcho();
    echo.catch((error: unknown) => logger.warn('echo.not-offered', { error: String(error).slice(0, 200) }));
    // The profile is usable without a network; a node that was told where to listen and can't is not what was asked for.
    if (bind.port !== 0) await overlayStarted;
  } catch (error) {
    // Nobody will: an engine that did not open is never asked to stop.
    await stopAll();
    throw error;
  }

  return {
    app,
    account,
    network: network.view,
    role: createRolePart({ overlay, relay, power, clock }),
    check,
    join: (via) => overlay.join(via.map((text) => writtenHostPortSchema.parse(text))),
    tryProxy: () => tryProxy(proxy.now(), helperPlaces(overlay.relays.known(), storage.knownGateways.load())),
    people,
    profile,
    idle,
    finding,
    conversations,
    calls,
    audio,
    diagnostics,
    settings,
    data,
    quit: () => link.quit(),
    connectMedia(port) {
      const client = createMediaClient(port, logger.child('media'));
      client.onDeviceEvent((event) => {
        diagnostics.emit({ event: event.type, callId: event.callId, atMonotonicMs: event.atMonotonicMs, values: {} });
      });
      media.connect(client);
    },
    setPcmEndpoint: audio.setEndpoint,
    hearRelay: (event) => relay.hear(event),
    hearPower: (onBattery) => power.hearShell(onBattery),
    setRestarts: (restarts) => app.set({ ...app.get(), restarts: [...restarts] }),
    hearProxy: (rules) => proxy.hearShell(rules),
    hearIdle: (idleMs) => idle.hearShell(idleMs),
    sleep: sleep.begin,
    wake() {
      sleep.end();
      overlay.people.refresh();
      signedIn?.wake();
    },
    async stop() {
      stopBackfill();
      (await echo.catch(() => null))?.();
      await stopEchoHost?.();
      await stopAll();
    },
  };
}

function requireSignedIn(signedIn: SignedIn | null): SignedIn {
  if (signedIn === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
  return signedIn;
}
