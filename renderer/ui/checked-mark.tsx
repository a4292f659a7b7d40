import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '../state/index.ts';
import { cx } from './classes.ts';

/** Beside the name of somebody whose safety number was compared; nothing beside the others. */
export function CheckedMark({ accountKey, className }: { accountKey: string; className?: string }): ReactNode {
  const { t } = useTranslation();
  const isVerified = useUi((state) => (state.contacts.get(accountKey)?.verifiedMs ?? null) !== null);
  if (!isVerified) return null;
  return (
    <span title={t('safety.mark')} className={cx('inline-flex flex-none align-[-2px] text-ok-ink', className)}>
      <ShieldCheck size={14} strokeWidth={2} aria-hidden="true" />
      <span className="sr-only">{t('safety.mark')}</span>
    </span>
  );
}
