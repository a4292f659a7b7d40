import { implement } from '@orpc/server';
import { contract, type AppView } from '../../preload/contract/index.ts';
import type { AppError } from '../ports/app-error.ts';
import type { EngineBoot } from './boot.ts';
import { createValue } from './observable.ts';
import { recordingsFolder } from './recordings.ts';
import { onlyLocal, type BridgeContext } from './router.ts';

const noticeCodes = ['STORAGE_CORRUPT', 'STORAGE_LOCKED', 'DISK_FULL'] as const;

/** What is told of an engine that could not open its profile. */
function failedView(boot: EngineBoot, error: AppError): AppView {
  const code = noticeCodes.find((known) => known === error.code);
  return {
    version: boot.version,
    shell: boot.shell,
    profile: boot.profile,
    recordingsFolder: recordingsFolder(boot.profileDir),
    platform: boot.platform,
    restarts: boot.restarts,
    storageNotice: code === undefined ? null : { code, keptAt: null },
  };
}

export interface FailedEngineParts {
  readonly quit: () => void;
  /** Opens the profile once more. */
  readonly retry: () => void;
}

/**
 * The bridge of an engine that could not open its profile (locked or unreadable storage, a keychain that refuses): it tells
 * what the app is, and answers everything else with the reason. Nothing on disk was touched.
 */
export function createFailedRouter(boot: EngineBoot, error: AppError, { quit, retry }: FailedEngineParts) {
  const os = implement(contract).$context<BridgeContext>();
  const app = createValue(failedView(boot, error));
  const refuse = (): never => {
    throw error;
  };
  return os.router({
    app: {
      watch: os.app.watch.handler(({ signal }) => app.watch(signal)),
      retry: os.app.retry.handler(() => {
        retry();
        return {};
      }),
      quit: os.app.quit.handler(({ context }) => {
        onlyLocal(context);
        quit();
        return {};
      }),
    },
    account: {
      watch: os.account.watch.handler(refuse),
      checkName: os.account.checkName.handler(refuse),
      signUp: os.account.signUp.handler(refuse),
      restore: os.account.restore.handler(refuse),
      revealPhrase: os.account.revealPhrase.handler(refuse),
      confirmPhrase: os.account.confirmPhrase.handler(refuse),
      takeBack: os.account.takeBack.handler(refuse),
      setPresence: os.account.setPresence.handler(refuse),
      reportIdle: os.account.reportIdle.handler(refuse),
    },
    profile: {
      watch: os.profile.watch.handler(refuse),
      update: os.profile.update.handler(refuse),
      setPicture: os.profile.setPicture.handler(refuse),
      safetyCode: os.profile.safetyCode.handler(refuse),
      picture: os.profile.picture.handler(refuse),
    },
    network: {
      watch: os.network.watch.handler(refuse),
      check: os.network.check.handler(refuse),
      join: os.network.join.handler(refuse),
      tryProxy: os.network.tryProxy.handler(refuse),
      reportPower: os.network.reportPower.handler(refuse),
      drain: os.network.drain.handler(refuse),
    },
    contacts: {
      watch: os.contacts.watch.handler(refuse),
      lookup: os.contacts.lookup.handler(refuse),
      find: os.contacts.find.handler(refuse),
      watchCard: os.contacts.watchCard.handler(refuse),
      request: os.contacts.request.handler(refuse),
      invitation: os.contacts.invitation.handler(refuse),
      accept: os.contacts.accept.handler(refuse),
      decline: os.contacts.decline.handler(refuse),
      block: os.contacts.block.handler(refuse),
      unblock: os.contacts.unblock.handler(refuse),
      remove: os.contacts.remove.handler(refuse),
      restore: os.contacts.restore.handler(refuse),
      rename: os.contacts.rename.handler(refuse),
      setVolume: os.contacts.setVolume.handler(refuse),
      setHideAddress: os.contacts.setHideAddress.handler(refuse),
      setFavourite: os.contacts.setFavourite.handler(refuse),
      setInvisibleTo: os.contacts.setInvisibleTo.handler(refuse),
      safety: os.contacts.safety.handler(refuse),
      setVerified: os.contacts.setVerified.handler(refuse),
    },
    conversations: {
      watch: os.conversations.watch.handler(refuse),
      page: os.conversations.page.handler(refuse),
      pageAfter: os.conversations.pageAfter.handler(refuse),
      around: os.conversations.around.handler(refuse),
      watchTimeline: os.conversations.watchTimeline.handler(refuse),
      search: os.conversations.search.handler(refuse),
      send: os.conversations.send.handler(refuse),
      sendVoice: os.conversations.sendVoice.handler(refuse),
      voice: os.conversations.voice.handler(refuse),
      markHeard: os.conversations.markHeard.handler(refuse),
      edit: os.conversations.edit.handler(refuse),
      deleteForBoth: os.conversations.deleteForBoth.handler(refuse),
      takeBack: os.conversations.takeBack.handler(refuse),
      react: os.conversations.react.handler(refuse),
      hide: os.conversations.hide.handler(refuse),
      unhide: os.conversations.unhide.handler(refuse),
      typing: os.conversations.typing.handler(refuse),
      markRead: os.conversations.markRead.handler(refuse),
      saveDraft: os.conversations.saveDraft.handler(refuse),
    },
    calls: {
      watch: os.calls.watch.handler(refuse),
      start: os.calls.start.handler(refuse),
      startEcho: os.calls.startEcho.handler(refuse),
      accept: os.calls.accept.handler(refuse),
      decline: os.calls.decline.handler(refuse),
      hangUp: os.calls.hangUp.handler(refuse),
      setMuted: os.calls.setMuted.handler(refuse),
      setHeld: os.calls.setHeld.handler(refuse),
      setRecording: os.calls.setRecording.handler(refuse),
      showRecording: os.calls.showRecording.handler(refuse),
      dismiss: os.calls.dismiss.handler(refuse),
      reportMicrophone: os.calls.reportMicrophone.handler(refuse),
      log: os.calls.log.handler(refuse),
    },
    audio: { endpoint: os.audio.endpoint.handler(refuse), useFiles: os.audio.useFiles.handler(refuse) },
    data: {
      size: os.data.size.handler(refuse),
      exportPart: os.data.exportPart.handler(refuse),
      openArchive: os.data.openArchive.handler(refuse),
      readArchive: os.data.readArchive.handler(refuse),
      closeArchive: os.data.closeArchive.handler(refuse),
      putArchive: os.data.putArchive.handler(refuse),
      bringBack: os.data.bringBack.handler(refuse),
      tooOld: os.data.tooOld.handler(refuse),
      keepFor: os.data.keepFor.handler(refuse),
      setKeepFor: os.data.setKeepFor.handler(refuse),
      clear: os.data.clear.handler(refuse),
      unclear: os.data.unclear.handler(refuse),
      forgetAccount: os.data.forgetAccount.handler(refuse),
    },
    diagnostics: { watch: os.diagnostics.watch.handler(refuse) },
    settings: { watch: os.settings.watch.handler(refuse), update: os.settings.update.handler(refuse) },
  });
}
