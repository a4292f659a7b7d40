import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { judgeSafetyScan, type SafetyVerdict } from '../../preload/contract/index.ts';
import { CodeReader, QrImage, SafetyDigits, useSafety } from '../codes/index.ts';
import { displayName, useSession, useUi } from '../state/index.ts';
import { Callout, Dialog, type Tone } from '../ui/index.ts';

const words = {
  match: 'safety.sawMatch',
  'other-person': 'safety.sawOtherPerson',
  'other-us': 'safety.sawOtherUs',
  ours: 'safety.sawOurs',
  'no-code': 'safety.sawNoCode',
} as const satisfies Record<SafetyVerdict, string>;

const tones: Readonly<Record<SafetyVerdict, Tone>> = {
  match: 'ok',
  'other-person': 'bad',
  'other-us': 'bad',
  ours: 'warn',
  'no-code': 'warn',
};

/** Compares safety numbers with somebody: our code for their camera, their code for ours, and the digits for the voice. */
export function CompareDialog({ accountKey }: { accountKey: string }): ReactNode {
  const { t } = useTranslation();
  const { go, people } = useSession();
  const person = useUi((state) => state.contacts.get(accountKey));
  const own = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.accountKey : ''));
  const safety = useSafety(accountKey);
  const [verdict, setVerdict] = useState<SafetyVerdict | null>(null);
  if (person === undefined) return null;
  const name = displayName(person);
  const onCode = (text: string): void => {
    const seen = judgeSafetyScan(text, own, accountKey);
    setVerdict(seen);
    // A scan that doesn't match says more than a mark from before.
    if (seen === 'match') void people.verified(person, true);
    else if ((seen === 'other-person' || seen === 'other-us') && person.verifiedMs !== null) void people.verified(person, false);
  };
  return (
    <Dialog title={t('safety.compareTitle', { name })} onClose={() => go.dialog(null)}>
      <div className="flex flex-wrap items-start gap-4">
        <div className="aspect-square w-[184px] flex-none overflow-hidden rounded-r2 bg-white edge">
          {safety === null ? null : <QrImage text={safety.scan} label={t('codes.safetyImage', { name })} className="size-full" />}
        </div>
        <div className="grid min-w-[11rem] flex-1 gap-2">
          <h3 className="font-[550] break-words">{t('safety.yourCode', { name })}</h3>
          <p className="t-small text-pretty text-ink-2">{t('safety.yourCodeHelp')}</p>
        </div>
      </div>
      {safety === null ? null : (
        <SafetyDigits
          digits={safety.digits}
          className="grid grid-cols-[repeat(auto-fill,minmax(3.6rem,1fr))] gap-x-2 gap-y-1 font-mono text-[0.9375rem]"
        />
      )}
      <div className="grid gap-2 border-t border-line pt-4">
        <h3 className="font-[550]">{t('safety.theirCode')}</h3>
        <div aria-live="assertive">
          {verdict === null ? null : <Callout tone={tones[verdict]}>{t(words[verdict], { name })}</Callout>}
        </div>
        {verdict === 'match' ? null : <CodeReader onCode={onCode} />}
      </div>
    </Dialog>
  );
}
