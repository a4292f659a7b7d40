import { useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Button, Dialog } from '../ui/index.ts';

/** A name for somebody on this computer only. */
export function RenameDialog({ accountKey }: { accountKey: string }): ReactNode {
  const { t } = useTranslation();
  const { go, people } = useSession();
  const person = useUi((state) => state.contacts.get(accountKey));
  const [nickname, setNickname] = useState(person?.nickname ?? '');
  const field = useId();
  const input = useRef<HTMLInputElement>(null);
  if (person === undefined) return null;
  return (
    <Dialog title={t('person.rename')} onClose={() => go.dialog(null)} initialFocus={input}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          go.dialog(null);
          void people.rename(accountKey, nickname);
        }}
      >
        <div className="grid gap-2">
          <label htmlFor={field} className="font-[550] break-words">
            {t('person.renameTitle', { name: person.name })}
          </label>
          <input
            id={field}
            ref={input}
            value={nickname}
            onChange={(event) => setNickname(event.target.value)}
            dir="auto"
            maxLength={64}
            className="min-h-[42px] w-full rounded-r2 bg-raised px-3 py-1 edge-strong focus:edge-focus focus-visible:outline-none"
          />
          <p className="t-small text-ink-2">{t('person.renameHelp')}</p>
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={() => go.dialog(null)}>{t('app.cancel')}</Button>
          <Button kind="primary" type="submit">
            {t('person.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
