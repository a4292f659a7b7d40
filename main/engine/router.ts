import { implement } from '@orpc/server';
import { contract } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Engine } from './engine.ts';

/** Who is asking: a page in a window, or a process of the same user (headless, attached command line). */
export interface BridgeContext {
  readonly trust: 'page' | 'local';
}

const os = implement(contract).$context<BridgeContext>();

/** @throws AppError NOT_ALLOWED_HERE */
export const onlyLocal = (context: BridgeContext): void => {
  if (context.trust !== 'local') throw new AppError('NOT_ALLOWED_HERE', 'only for this computer’s own command line');
};

/** The contract, answered by the engine. Inputs were parsed by the contract's schemas. */
export function createRouter(engine: Engine) {
  return os.router({
    app: {
      watch: os.app.watch.handler(({ signal }) => engine.app.watch(signal)),
      retry: os.app.retry.handler(() => ({})),
      quit: os.app.quit.handler(({ context }) => {
        onlyLocal(context);
        engine.quit();
        return {};
      }),
    },
    account: {
      watch: os.account.watch.handler(({ signal }) => engine.account.state.watch(signal)),
      checkName: os.account.checkName.handler(({ input, signal }) => engine.account.checkName(input.name, signal)),
      signUp: os.account.signUp.handler(({ input, signal }) => engine.account.signUp(input.name, signal)),
      restore: os.account.restore.handler(({ input, signal }) => engine.account.restore(input.name, input.phrase, signal)),
      revealPhrase: os.account.revealPhrase.handler(async () => ({ phrase: await engine.account.revealPhrase() })),
      confirmPhrase: os.account.confirmPhrase.handler(() => {
        engine.account.confirmPhrase();
        return {};
      }),
      takeBack: os.account.takeBack.handler(async () => {
        await engine.account.takeBack();
        return {};
      }),
      setPresence: os.account.setPresence.handler(({ input }) => {
        engine.account.setPresence(input.presence);
        return {};
      }),
      reportIdle: os.account.reportIdle.handler(({ input }) => {
        engine.idle.hearPage(input.idleMs);
        return {};
      }),
    },
    profile: {
      watch: os.profile.watch.handler(({ signal }) => engine.profile.own.watch(signal)),
      update: os.profile.update.handler(({ input }) => {
        engine.profile.update(input);
        return {};
      }),
      setPicture: os.profile.setPicture.handler(({ input }) => {
        engine.profile.setPicture(input.base64);
        return {};
      }),
      safetyCode: os.profile.safetyCode.handler(() => ({ digits: engine.people.ownSafetyCode() })),
      picture: os.profile.picture.handler(({ input }) => ({ picture: engine.profile.picture(input.id) })),
    },
    network: {
      watch: os.network.watch.handler(({ signal }) => engine.network.watch(signal)),
      check: os.network.check.handler(({ signal }) => engine.check.run(signal)),
      join: os.network.join.handler(async ({ input }) => ({ joined: await engine.join(input.via) })),
      tryProxy: os.network.tryProxy.handler(() => engine.tryProxy()),
      reportPower: os.network.reportPower.handler(({ input }) => {
        engine.role.reportPower(input);
        return {};
      }),
      drain: os.network.drain.handler(({ input, context, signal }) => {
        onlyLocal(context);
        return engine.role.drain(input.waitSeconds, signal);
      }),
    },
    contacts: {
      watch: os.contacts.watch.handler(({ signal }) => engine.people.contacts.watch(signal)),
      lookup: os.contacts.lookup.handler(({ input, signal }) => engine.people.lookup(input.name, signal)),
      find: os.contacts.find.handler(({ input, signal }) => engine.finding.search(input.typed, signal)),
      watchCard: os.contacts.watchCard.handler(({ signal }) => engine.finding.card.watch(signal)),
      request: os.contacts.request.handler(({ input, signal }) =>
        engine.people.request(input.name, input.note, input.accountKey ?? null, signal),
      ),
      invitation: os.contacts.invitation.handler(async () => ({ link: await engine.people.invitation() })),
      accept: os.contacts.accept.handler(({ input }) => {
        engine.people.accept(input.accountKey);
        return {};
      }),
      decline: os.contacts.decline.handler(({ input }) => {
        engine.people.decline(input.accountKey);
        return {};
      }),
      block: os.contacts.block.handler(async ({ input }) => {
        await engine.people.block(input.accountKey);
        return {};
      }),
      unblock: os.contacts.unblock.handler(({ input }) => {
        engine.people.unblock(input.accountKey);
        return {};
      }),
      remove: os.contacts.remove.handler(async ({ input }) => {
        await engine.people.remove(input.accountKey);
        return {};
      }),
      restore: os.contacts.restore.handler(({ input }) => {
        engine.people.restore(input.accountKey);
        return {};
      }),
      rename: os.contacts.rename.handler(({ input }) => {
        engine.people.rename(input.accountKey, input.nickname);
        return {};
      }),
      setVolume: os.contacts.setVolume.handler(({ input }) => {
        engine.people.setVolume(input.accountKey, input.volume);
        return {};
      }),
      setHideAddress: os.contacts.setHideAddress.handler(async ({ input }) => {
        await engine.people.setHideAddress(input.accountKey, input.hideAddress);
        return {};
      }),
      setFavourite: os.contacts.setFavourite.handler(({ input }) => {
        engine.people.setFavourite(input.accountKey, input.favourite);
        return {};
      }),
      setInvisibleTo: os.contacts.setInvisibleTo.handler(({ input }) => {
        engine.people.setInvisibleTo(input.accountKey, input.invisibleTo);
        return {};
      }),
      safety: os.contacts.safety.handler(({ input }) => engine.people.safety(input.accountKey)),
      setVerified: os.contacts.setVerified.handler(({ input }) => {
        engine.people.setVerified(input.accountKey, input.verified);
        return {};
      }),
    },
    conversations: {
      watch: os.conversations.watch.handler(({ signal }) => engine.conversations.list.watch(signal)),
      page: os.conversations.page.handler(({ input }) => engine.conversations.page(input.id, input.beforeMs, input.limit)),
      pageAfter: os.conversations.pageAfter.handler(({ input }) =>
        engine.conversations.pageAfter(input.id, input.afterMs, input.limit),
      ),
      around: os.conversations.around.handler(({ input }) => engine.conversations.around(input.id, input.at, input.limit)),
      watchTimeline: os.conversations.watchTimeline.handler(({ input, signal }) =>
        engine.conversations.watchTimeline(input.id, input.limit, signal),
      ),
      search: os.conversations.search.handler(({ input }) =>
        engine.conversations.search(input.typed, input.id, input.after, input.limit),
      ),
      send: os.conversations.send.handler(({ input }) => ({
        messageId: engine.conversations.chat.send(input.id, input.text, input.replyTo).id,
      })),
      sendVoice: os.conversations.sendVoice.handler(({ input }) => ({
        messageId: engine.conversations.chat.sendVoice(
          input.id,
          Buffer.from(input.sound, 'base64'),
          input.waveform,
          input.replyTo,
        ).id,
      })),
      voice: os.conversations.voice.handler(({ input }) => ({
        sound: Buffer.from(engine.conversations.chat.voice(input.id, input.messageId)).toString('base64'),
      })),
      markHeard: os.conversations.markHeard.handler(({ input }) => {
        engine.conversations.chat.markHeard(input.id, input.messageId);
        return {};
      }),
      edit: os.conversations.edit.handler(({ input }) => {
        engine.conversations.chat.edit(input.id, input.messageId, input.text);
        return {};
      }),
      deleteForBoth: os.conversations.deleteForBoth.handler(({ input }) => {
        engine.conversations.chat.deleteForBoth(input.id, input.messageId);
        return {};
      }),
      takeBack: os.conversations.takeBack.handler(({ input }) => ({
        text: engine.conversations.chat.takeBack(input.id, input.messageId),
      })),
      react: os.conversations.react.handler(({ input }) => {
        engine.conversations.chat.react(input.id, input.messageId, input.emoji);
        return {};
      }),
      hide: os.conversations.hide.handler(({ input }) => {
        engine.conversations.chat.hide(input.id, input.messageIds);
        return {};
      }),
      unhide: os.conversations.unhide.handler(({ input }) => {
        engine.conversations.chat.unhide(input.id, input.messageIds);
        return {};
      }),
      typing: os.conversations.typing.handler(({ input }) => {
        engine.conversations.chat.typing(input.id);
        return {};
      }),
      markRead: os.conversations.markRead.handler(({ input }) => {
        engine.conversations.markRead(input.id);
        return {};
      }),
      saveDraft: os.conversations.saveDraft.handler(({ input }) => {
        engine.conversations.saveDraft(input.id, input.draft);
        return {};
      }),
    },
    calls: {
      watch: os.calls.watch.handler(({ signal }) => engine.calls.views.watch(signal)),
      start: os.calls.start.handler(({ input }) => ({ id: engine.calls.start(input.accountKey) })),
      startEcho: os.calls.startEcho.handler(async ({ signal }) => ({ id: await engine.calls.startEcho(signal) })),
      accept: os.calls.accept.handler(({ input }) => {
        engine.calls.accept(input.id);
        return {};
      }),
      decline: os.calls.decline.handler(({ input }) => {
        engine.calls.decline(input.id);
        return {};
      }),
      hangUp: os.calls.hangUp.handler(({ input }) => {
        engine.calls.hangUp(input.id);
        return {};
      }),
      setMuted: os.calls.setMuted.handler(({ input }) => {
        engine.calls.setMuted(input.id, input.muted);
        return {};
      }),
      setHeld: os.calls.setHeld.handler(({ input }) => {
        engine.calls.setHeld(input.id, input.held);
        return {};
      }),
      setRecording: os.calls.setRecording.handler(({ input }) => {
        engine.calls.setRecording(input.id, input.on);
        return {};
      }),
      showRecording: os.calls.showRecording.handler(({ input }) => {
        engine.calls.showRecording(input.id);
        return {};
      }),
      dismiss: os.calls.dismiss.handler(({ input }) => {
        engine.calls.dismiss(input.id);
        return {};
      }),
      reportMicrophone: os.calls.reportMicrophone.handler(({ input }) => {
        engine.calls.reportMicrophone(input.problem);
        return {};
      }),
      log: os.calls.log.handler(({ input }) => ({ items: engine.calls.log(input.beforeMs, input.limit) })),
    },
    audio: {
      endpoint: os.audio.endpoint.handler(() => engine.audio.endpoint()),
      useFiles: os.audio.useFiles.handler(async ({ input, context }) => {
        onlyLocal(context);
        await engine.audio.useFiles(input);
        return {};
      }),
    },
    data: {
      size: os.data.size.handler(() => engine.data.size()),
      exportPart: os.data.exportPart.handler(({ input }) => engine.data.exportPart(input.id, input.format, input.cursor)),
      openArchive: os.data.openArchive.handler(async ({ input }) => ({ id: await engine.data.openArchive(input.passphrase) })),
      readArchive: os.data.readArchive.handler(({ input }) => engine.data.readArchive(input.id)),
      closeArchive: os.data.closeArchive.handler(({ input }) => {
        engine.data.closeArchive(input.id);
        return {};
      }),
      putArchive: os.data.putArchive.handler(async ({ input }) => ({ id: await engine.data.putArchive(input.id, input.bytes) })),
      bringBack: os.data.bringBack.handler(({ input, signal }) =>
        engine.data.bringBack(input.id, input.passphrase, input.replace, signal),
      ),
      tooOld: os.data.tooOld.handler(({ input }) => engine.data.tooOld(input.keepFor, input.id)),
      keepFor: os.data.keepFor.handler(({ input }) => ({ keepFor: engine.data.keepFor(input.id) })),
      setKeepFor: os.data.setKeepFor.handler(({ input }) => {
        engine.data.setKeepFor(input.id, input.keepFor);
        return {};
      }),
      clear: os.data.clear.handler(({ input }) => {
        engine.data.clear(input.id);
        return {};
      }),
      unclear: os.data.unclear.handler(({ input }) => {
        engine.data.unclear(input.id);
        return {};
      }),
      forgetAccount: os.data.forgetAccount.handler(({ input }) => {
        engine.data.forgetAccount(input.name);
        return {};
      }),
    },
    diagnostics: {
      watch: os.diagnostics.watch.handler(({ context, signal }) => {
        onlyLocal(context);
        return engine.diagnostics.watch(signal);
      }),
    },
    settings: {
      watch: os.settings.watch.handler(({ signal }) => engine.settings.state.watch(signal)),
      update: os.settings.update.handler(async ({ input }) => {
        await engine.settings.update(input);
        return {};
      }),
    },
  });
}
