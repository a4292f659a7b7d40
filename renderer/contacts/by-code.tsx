import { Download, Link } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { looksLikeInvitation } from '../../preload/contract/index.ts';
import { CodeReader, QrImage, qrPng } from '../codes/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Button, Callout, Wave } from '../ui/index.ts';

/** Our invitation as a code to be scanned, and theirs to be read. */
export function ByCode({ onLink }: { onLink: (link: string) => void }): ReactNode {
  const { t } = useTranslation();
  const [isOther, setOther] = useState(false);
  const onCode = (text: string): void => {
    const isOurs = looksLikeInvitation(text);
    setOther(!isOurs);
    if (isOurs) onLink(text.trim());
  };
  return (
    <div className="grid gap-4">
      <OwnCode />
      <div className="grid gap-2 border-t border-line pt-4">
        <h3 className="font-[550]">{t('codes.theirs')}</h3>
        <CodeReader onCode={onCode} />
        <div aria-live="polite">{isOther ? <Callout tone="bad">{t('codes.notOurs')}</Callout> : null}</div>
      </div>
    </div>
  );
}

function OwnCode(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const name = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));
  const [link, setLink] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void notify.attempt(async () => {
      const made = await client.contacts.invitation({}, { signal: stop.signal });
      if (!stop.signal.aborted) setLink(made.link);
    });
    return () => stop.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- the session never changes
  }, []);
  const copy = async (text: string): Promise<void> => {
    if (await notify.attempt(() => navigator.clipboard.writeText(text))) notify.say(t('add.invitationCopied'));
  };
  const save = async (text: string): Promise<void> => {
    const png = await qrPng(text);
    if (png === null) return;
    const url = URL.createObjectURL(png);
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.download = `lilliput-${name}.png`;
    anchor.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="flex flex-wrap items-start gap-4">
      <div className="grid aspect-square w-[184px] flex-none place-items-center overflow-hidden rounded-r2 bg-white edge">
        {link === null ? (
          <p className="t-small grid justify-items-center gap-2 px-3 text-center text-[#33474d]">
            <Wave />
            {t('codes.making')}
          </p>
        ) : (
          <QrImage text={link} label={t('codes.image')} className="size-full" />
        )}
      </div>
      <div className="grid min-w-[11rem] flex-1 justify-items-start gap-2">
        <h3 className="font-[550]">{t('codes.yours')}</h3>
        <p className="t-small text-pretty text-ink-2">{t('codes.yoursHelp')}</p>
        <Button icon={Link} disabled={link === null} onClick={() => void copy(link ?? '')}>
          {t('codes.copyLink')}
        </Button>
        <Button icon={Download} disabled={link === null} onClick={() => void save(link ?? '')}>
          {t('codes.saveImage')}
        </Button>
      </div>
    </div>
  );
}
