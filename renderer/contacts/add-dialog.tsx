import { QrCode, Search, UserRound } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  invitationMaxChars,
  looksLikeInvitation,
  noteMaxChars,
  readInvitation,
  type FoundPerson,
} from '../../preload/contract/index.ts';
import { codeOf, sentenceFor, useSession, useUi } from '../state/index.ts';
import { agoInWords, Avatar, Button, Callout, Card, Cut, Dialog, Segmented, useNow, Wave } from '../ui/index.ts';
import { ByCode } from './by-code.tsx';
import { InviteLine } from './invite-line.tsx';
import { addView, type AddView, type Lookup } from './add-view.ts';
import { FoundPeople } from './found-people.tsx';
import { usePeopleSearch } from './use-people-search.ts';

/** Shorter than the contract allows: it is read in a list. The reference says 120. */
const noteChars = Math.min(120, noteMaxChars);

/** Finds somebody by their exact name, or people who want to be found, and asks to add them. */
export function AddDialog({ name: given }: { name: string }): ReactNode {
  const { t } = useTranslation();
  const { client, go, words } = useSession();
  const contacts = useUi((state) => state.contacts);
  const ownKey = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.accountKey : ''));
  const [way, setWay] = useState<'name' | 'code'>('name');
  const [typed, setTyped] = useState(given);
  const [lookup, setLookup] = useState<Lookup>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  const { search, start, clear } = usePeopleSearch();
  const [field, help] = [useId(), useId()];
  const input = useRef<HTMLInputElement>(null);

  /** @param known whom a name is to be, where that was chosen and not typed */
  const look = async (written: string, known: string | null = null) => {
    const link = readInvitation(written);
    if (link === null && looksLikeInvitation(written)) return setLookup({ kind: 'failed', sentence: t('add.badLink') });
    const name = link?.name ?? written;
    const pinned = link?.accountKey ?? known;
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setLookup({ kind: 'looking', name });
    try {
      // Who is in the network already loses nothing by it, and who is not gets in.
      if (link !== null && link.via.length > 0) await client.network.join({ via: [...link.via] }, { signal: stop.signal });
      const answer = await client.contacts.lookup({ name }, { signal: stop.signal });
      if (!stop.signal.aborted) setLookup({ kind: 'answered', answer, pinned });
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      // What is no name may still be words; the search beside says what comes of them.
      if (codeOf(error) === 'NAME_INVALID') return setLookup({ kind: 'idle' });
      const notFound = codeOf(error) === 'NAME_NOT_FOUND';
      setLookup(
        notFound
          ? { kind: 'answered', answer: { result: 'not-found', name }, pinned }
          : { kind: 'failed', sentence: sentenceFor(words, error) },
      );
    }
    return undefined;
  };

  const find = (text: string): void => {
    void look(text);
    if (looksLikeInvitation(text)) clear();
    else start(text);
  };
  const choose = ({ name, accountKey }: FoundPerson): void => {
    setTyped(name);
    clear();
    void look(name, accountKey);
    input.current?.focus();
  };

  const take = (link: string): void => {
    setWay('name');
    setTyped(link);
    find(link);
  };

  useEffect(() => {
    if (given !== '') find(given);
    return () => running.current?.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- once, for the name the dialog was opened with
  }, []);

  return (
    <Dialog title={t('add.title')} onClose={() => go.dialog(null)} initialFocus={input}>
      <Segmented
        label={t('codes.how')}
        value={way}
        choices={[
          { value: 'name', label: t('codes.byName'), icon: UserRound },
          { value: 'code', label: t('codes.byCode'), icon: QrCode },
        ]}
        onChange={setWay}
      />
      {way === 'code' ? (
        <ByCode onLink={take} />
      ) : (
        <>
          <form
            className="grid gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              if (typed.trim() !== '') find(typed.trim());
            }}
          >
            <label htmlFor={field} className="font-[550]">
              {t('add.label')}
            </label>
            <div className="flex min-h-[42px] items-center gap-2 rounded-r2 bg-raised ps-3 pe-1 edge-strong focus-within:edge-focus">
              <Search size={17} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
              <input
                id={field}
                ref={input}
                value={typed}
                onChange={(event) => {
                  setTyped(event.target.value);
                  running.current?.abort();
                  clear();
                  setLookup({ kind: 'idle' });
                }}
                aria-describedby={help}
                dir="auto"
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={invitationMaxChars}
                className="field-inner min-w-0 flex-1 bg-transparent py-2"
              />
              <Button kind={lookup.kind === 'idle' ? 'primary' : 'secondary'} type="submit" disabled={typed.trim() === ''}>
                {t('add.find')}
              </Button>
            </div>
            <p id={help} className="t-small text-pretty text-ink-2">
              {t('add.help')}
            </p>
          </form>
          <div aria-live="polite" className="grid gap-4">
            <Answer view={addView(t, lookup, ownKey, contacts)} />
            <FoundPeople search={search} onChoose={choose} />
          </div>
          <InviteLine />
        </>
      )}
    </Dialog>
  );
}

function Answer({ view }: { view: AddView }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  if (view.kind === 'nothing') return null;
  if (view.kind === 'progress') {
    return (
      <p className="flex items-center gap-2.5 text-ink-2">
        <Wave />
        {view.sentence}
      </p>
    );
  }
  if (view.kind === 'found') return <Found {...view} />;
  const { open } = view;
  return (
    <Callout
      tone={view.tone}
      end={
        open === null ? null : (
          <Button
            onClick={() => {
              go.dialog(null);
              go.conversation(open);
            }}
          >
            {t('add.open')}
          </Button>
        )
      }
    >
      {view.sentence}
    </Callout>
  );
}

function Found({ name, accountKey, lastHeartbeatMs, fresh, pinned }: Extract<AddView, { kind: 'found' }>): ReactNode {
  const { t } = useTranslation();
  const { client, go, notify } = useSession();
  const [note, setNote] = useState('');
  const [sending, setSending] = useState(false);
  const field = useId();
  const nowMs = useNow();
  const ownName = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));

  const send = async () => {
    setSending(true);
    const sent = await notify.attempt(() =>
      client.contacts.request({ name, note: note.trim(), ...(pinned === null ? {} : { accountKey: pinned }) }),
    );
    setSending(false);
    if (!sent) return;
    go.dialog(null);
    // Where they stand among those who have not answered yet.
    go.tab('people');
    notify.say(t('add.sent', { name }));
  };

  return (
    <>
      <Card className="flex items-center gap-3 px-3 py-2.5">
        <Avatar accountKey={accountKey} name={name} size={44} />
        <div className="min-w-0 flex-1 border-0!">
          <Cut text={name} className="font-[550]" />
          <p className="t-small text-ink-2">
            {lastHeartbeatMs === null ? t('add.byLink') : t('add.seen', { when: agoInWords(t, lastHeartbeatMs, nowMs) })}
          </p>
        </div>
        <Button kind="primary" busy={sending} className="border-0!" onClick={() => void send()}>
          {t('add.send')}
        </Button>
      </Card>
      {fresh ? null : <p className="t-small text-pretty text-ink-2">{t('add.away', { name })}</p>}
      <p className="t-small text-pretty text-ink-2">{t(pinned === null ? 'add.tip' : 'add.linkTip', { name })}</p>
      <div className="grid gap-2">
        <label htmlFor={field} className="t-small text-ink-2">
          {t('add.note', { max: noteChars })}
        </label>
        <input
          id={field}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={(event) => (event.key === 'Enter' && !sending ? void send() : undefined)}
          placeholder={t('add.noteExample', { name: ownName })}
          dir="auto"
          maxLength={noteChars}
          className="min-h-[38px] w-full rounded-r2 bg-raised px-3 py-1 edge-strong focus:edge-focus focus-visible:outline-none"
        />
      </div>
    </>
  );
}
