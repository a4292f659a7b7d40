import {
  Activity,
  ArrowLeft,
  Bell,
  Database,
  Headphones,
  HeartHandshake,
  Keyboard,
  KeyRound,
  Palette,
  Shield,
  UserRound,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { YouSection } from '../profile/index.ts';
import { settingsSections, useSession, type SettingsSection } from '../state/index.ts';
import { cx, IconButton, ScrollRegion } from '../ui/index.ts';
import { AppearanceSection } from './appearance-section.tsx';
import { AudioSection } from './audio-section.tsx';
import { ConnectionSection } from './connection-section.tsx';
import { DataSection } from './data-section.tsx';
import { HelpingSection } from './helping-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import { PrivacySection } from './privacy-section.tsx';
import { RecoverySection } from './recovery-section.tsx';

const icons: Record<SettingsSection, LucideIcon> = {
  you: UserRound,
  audio: Headphones,
  notifications: Bell,
  connection: Activity,
  helping: HeartHandshake,
  privacy: Shield,
  appearance: Palette,
  keys: Keyboard,
  recovery: KeyRound,
  data: Database,
};

const bodies: Record<SettingsSection, () => ReactNode> = {
  you: YouSection,
  audio: AudioSection,
  notifications: NotificationsSection,
  connection: ConnectionSection,
  helping: HelpingSection,
  privacy: PrivacySection,
  appearance: AppearanceSection,
  keys: KeysSection,
  recovery: RecoverySection,
  data: DataSection,
};

export function Settings({ section }: { section: SettingsSection }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const Body = bodies[section];
  return (
    <>
      <header className="flex min-h-(--header) flex-none items-center gap-3 border-b border-line ps-5 pe-3 max-pair:px-2">
        <IconButton icon={ArrowLeft} label={t('app.back')} className="pair:hidden rtl:-scale-x-100" onClick={() => go.home()} />
        <h1 className="t-head flex-1">{t('settings.title')}</h1>
        <IconButton icon={X} label={t('settings.close')} keys="Esc" onClick={() => go.home()} />
      </header>
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(196px,auto)_minmax(0,1fr)] max-mid:grid-cols-[minmax(0,1fr)] max-mid:grid-rows-[auto_minmax(0,1fr)]">
        <nav
          aria-label={t('settings.sections')}
          className="thin-scroll grid content-start gap-0.5 overflow-auto border-line px-2.5 py-3.5 not-max-mid:border-e max-mid:flex max-mid:border-b max-mid:px-3 max-mid:py-2"
        >
          {settingsSections.map((each) => {
            const Icon = icons[each];
            return (
              <button
                key={each}
                type="button"
                aria-current={each === section ? 'page' : undefined}
                onClick={() => go.settings(each)}
                className={cx(
                  'flex min-h-[34px] flex-none items-center gap-2.5 rounded-r2 px-2.5 font-medium',
                  each === section ? 'bg-selected text-ink' : 'text-ink-2 hover:bg-hover',
                )}
              >
                <Icon size={17} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
                {t(`settings.${each}`)}
              </button>
            );
          })}
        </nav>
        <ScrollRegion key={section} label={t(`settings.${section}`)} className="px-8 pt-6 pb-10 max-pair:px-4 max-pair:pt-4">
          <div className="grid max-w-[560px] gap-6">
            <Body />
          </div>
        </ScrollRegion>
      </div>
    </>
  );
}
