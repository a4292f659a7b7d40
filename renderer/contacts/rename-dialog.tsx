import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Button, Dialog, TextField } from '../ui/index.ts';

/** A name for somebody on this computer only. */
export function RenameDialog({ accountKey }: { accountKey: string }): ReactNode {
  const { t } = useTranslation();
  const { go, people } = useSession();
  const person = useUi((state) => state.contacts.get(accountKey));
  const [nickname, setNickname] = useState(person?.nickname ?? '');
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
        <TextField
          ref={input}
          label={t('person.renameTitle', { name: person.name })}
          value={nickname}
          onChange={setNickname}
          maxLength={64}
          help={t('person.renameHelp')}
        />
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
