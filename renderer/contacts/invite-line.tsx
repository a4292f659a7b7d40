import { Link } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button } from '../ui/index.ts';

/** Our own invitation: made anew each time, with computers that answer now. */
export function InviteLine(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const [making, setMaking] = useState(false);
  const copy = async (): Promise<void> => {
    setMaking(true);
    const copied = await notify.attempt(async () => {
      const { link } = await client.contacts.invitation({});
      await navigator.clipboard.writeText(link);
    });
    setMaking(false);
    if (copied) notify.say(t('add.invitationCopied'));
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line pt-4">
      <p className="t-small min-w-[12rem] flex-1 text-pretty text-ink-2">{t('add.invite')}</p>
      <Button icon={Link} busy={making} onClick={() => void copy()}>
        {t('add.copyInvitation')}
      </Button>
    </div>
  );
}
