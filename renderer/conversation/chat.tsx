import { AudioWaveform } from 'lucide-react';
import { useEffect, useMemo, useReducer, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView, MessageView, TimelineItem } from '../../preload/contract/index.ts';
import { byTime, composingNew, displayName, isText, useSession, useUi, type Composing } from '../state/index.ts';
import { AskDialog, Avatar, Button, Callout } from '../ui/index.ts';
import { ChatToolsProvider, type ChatTools } from './chat-tools.ts';
import { Composer } from './composer.tsx';
import { EmojiPopover, type EmojiWish } from './emoji-picker.tsx';
import { FindBar } from './find-bar.tsx';
import { ForwardDialog } from './forward-dialog.tsx';
import { nothingSelected, selectionAfter } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';
import { Timeline } from './timeline.tsx';
import { useArrivals } from './use-arrivals.ts';

/** Timeline and composer of one person: the pane's body, and the panel beside a call. */
export function Chat({ person, focus }: { person: ContactView; focus: boolean }): ReactNode {
  return <ChatWith key={person.accountKey} person={person} focus={focus} />;
}

function ChatWith({ person, focus }: { person: ContactView; focus: boolean }): ReactNode {
  const { t } = useTranslation();
  const { go, store, messages } = useSession();
  const [composing, compose] = useState<Composing>(composingNew);
  const [selection, select] = useReducer(selectionAfter, nothingSelected);
  const [looking, setLooking] = useState('');
  const [picking, pick] = useState<EmojiWish | null>(null);
  const [forwarding, forward] = useState<readonly MessageView[] | null>(null);
  const [deleting, deleteForBoth] = useState<MessageView | null>(null);
  const id = person.accountKey;
  const typing = useUi((state) => state.conversations.get(id)?.typing === true);
  const finding = useUi((state) => state.finding);
  const name = displayName(person);
  const reconnecting = useUi((state) => state.network?.status === 'reconnecting');
  const offline = person.presence.state === 'offline' || reconnecting;
  const isMoved = useUi((state) => state.account?.kind === 'ready' && state.account.account.movedMs !== null);
  const writable = person.relation === 'contact' && !isMoved;
  const selecting = selection.anchor !== null;

  useEffect(() => () => go.findHere(false), [go]);
  const arrived = useArrivals(id, name);

  const tools = useMemo((): ChatTools => {
    const held = () => store.getState().timelines.get(id);
    return {
      id,
      name,
      writable,
      compose,
      selection,
      select,
      order: () => messagesIn(held()?.items.values() ?? []),
      forward,
      deleteForBoth,
      looking,
      pickEmoji: (anchor, onPick) => pick({ anchor, onPick }),
    };
  }, [id, name, writable, selection, looking, store]);
  const editLast = () => {
    // Elsewhere in the conversation, the last one on screen is not the last that was said.
    if (store.getState().timelines.get(id)?.newer === true) return;
    const last = tools.order().findLast((message) => message.direction === 'out' && isText(message));
    if (last !== undefined) compose({ kind: 'edit', of: last });
  };
  return (
    <ChatToolsProvider value={tools}>
      <output className="sr-only">{arrived}</output>
      {finding ? <FindBar id={id} onLook={setLooking} /> : null}
      {person.nameTaken ? (
        <div className="flex-none px-5 pt-3 max-pair:px-2">
          <Callout tone="warn">{t('conversation.nameTaken', { name: person.name })}</Callout>
        </div>
      ) : null}
      <Timeline empty={<Empty person={person} name={name} />} />
      {selecting ? <SelectionBar /> : null}
      {writable ? (
        <div className={selecting ? 'hidden' : 'contents'}>
          {typing ? <Typing name={name} /> : null}
          <Composer offline={offline} focus={focus} composing={composing} onEditLast={editLast} />
        </div>
      ) : selecting ? null : (
        <NotYet person={person} name={name} isMoved={isMoved} />
      )}
      <EmojiPopover wish={picking} onClose={() => pick(null)} />
      <AskDialog
        open={deleting !== null}
        title={t('messages.deleteForBoth.title')}
        text={t('messages.deleteForBoth.asks')}
        confirm={t('messages.deleteForBoth.confirm')}
        danger
        onConfirm={() => {
          deleteForBoth(null);
          if (deleting !== null) void messages.deleteForBoth(deleting);
        }}
        onClose={() => deleteForBoth(null)}
      />
      {forwarding === null ? null : (
        <ForwardDialog
          messages={forwarding}
          onClose={(done) => {
            forward(null);
            if (done) select({ type: 'clear' });
          }}
        />
      )}
    </ChatToolsProvider>
  );
}

/** All messages among items, in their order. */
const messagesIn = (items: Iterable<TimelineItem>): readonly MessageView[] =>
  [...items].flatMap((item) => (item.kind === 'message' ? [item] : [])).toSorted(byTime);

/** In the composer's place: why nothing can be written to them. */
function NotYet({ person, name, isMoved }: { person: ContactView; name: string; isMoved: boolean }): ReactNode {
  const { t } = useTranslation();
  const { people } = useSession();
  if (isMoved) return <p className="t-small flex-none px-5 pt-2 pb-5 text-center text-ink-2">{t('moved.composer')}</p>;
  if (person.relation === 'contact') return null;
  return (
    <div className="t-small flex flex-none flex-wrap items-center justify-center gap-3 px-5 pt-2 pb-5 text-center text-ink-2">
      <p>{t(`conversation.${person.relation === 'outgoing' ? 'requested' : person.relation}`, { name })}</p>
      {person.relation === 'incoming' ? (
        <>
          <Button kind="primary" onClick={() => void people.accept(person)}>
            {t('side.accept')}
          </Button>
          <Button onClick={() => void people.decline(person)}>{t('side.decline')}</Button>
        </>
      ) : null}
      {person.relation === 'blocked' ? (
        <Button onClick={() => void people.unblock(person)}>{t('settings.unblock')}</Button>
      ) : null}
    </div>
  );
}

function Typing({ name }: { name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="t-small flex-none px-5 text-ink-2 max-pair:px-3">
      <p className="mx-auto flex max-w-[46rem] items-center gap-2 px-1 py-1">
        <AudioWaveform size={15} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <span className="cut">{t('conversation.typing', { name })}</span>
      </p>
    </div>
  );
}

function Empty({ person, name }: { person: ContactView; name: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="grid max-w-[340px] justify-items-center gap-3 text-center">
      <Avatar accountKey={person.accountKey} name={name} size={88} />
      {person.relation === 'contact' ? (
        <>
          <div>
            <p className="t-head break-words">{t('conversation.emptyTitle', { name })}</p>
            <p className="mt-1 text-pretty text-ink-2">{t('conversation.emptyText')}</p>
          </div>
          <Button onClick={() => document.querySelector<HTMLElement>('[data-composer]')?.focus()}>
            {t('conversation.hello')}
          </Button>
        </>
      ) : person.note === null ? null : (
        <p dir="auto" className="break-words text-ink-2">
          {person.note}
        </p>
      )}
    </div>
  );
}
