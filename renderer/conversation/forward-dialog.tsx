import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { displayName, useSession, useUi } from '../state/index.ts';
import { Avatar, Card, Cut, Dialog } from '../ui/index.ts';

/** Whom somebody else's words, or one's own, are said to as well. */
export function ForwardDialog({
  messages,
  onClose,
}: {
  messages: readonly MessageView[];
  onClose: (done: boolean) => void;
}): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const field = useRef<HTMLInputElement>(null);
  const contacts = useUi((state) => state.contacts);
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLocaleLowerCase();
  const people = [...contacts.values()]
    .filter((person) => person.relation === 'contact')
    .filter((person) => `${person.name}\n${displayName(person)}`.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => displayName(a).localeCompare(displayName(b)));
  const send = async (id: string, name: string) => {
    onClose(true);
    if (await session.messages.forward(id, messages)) session.notify.say(t('messages.forward.done', { name }));
  };
  return (
    <Dialog title={t('messages.forward.title')} onClose={() => onClose(false)} initialFocus={field}>
      <div className="flex min-h-[38px] items-center rounded-r2 bg-surface px-3 edge-strong focus-within:edge-focus">
        <input
          ref={field}
          type="text"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          aria-label={t('messages.forward.search')}
          placeholder={t('messages.forward.search')}
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          className="field-inner t-ui min-w-0 flex-1 bg-transparent py-1"
        />
      </div>
      {people.length === 0 ? <output className="text-ink-2">{t('messages.forward.none')}</output> : null}
      <Card as="ul" className="thin-scroll max-h-[18rem] overflow-auto">
        {people.map((person) => (
          <li key={person.accountKey}>
            <button
              type="button"
              onClick={() => void send(person.accountKey, displayName(person))}
              className="flex min-h-[44px] w-full items-center gap-3 px-3 py-1.5 text-start hover:bg-hover"
            >
              <Avatar accountKey={person.accountKey} name={displayName(person)} size={34} />
              <Cut text={displayName(person)} className="min-w-0 flex-1 font-[550]" />
            </button>
          </li>
        ))}
      </Card>
    </Dialog>
  );
}
