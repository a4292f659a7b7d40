import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EchoTest } from '../call/index.ts';
import { DeviceFields } from '../devices/index.ts';
import { useSession } from '../state/index.ts';
import { Button, useLevel } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';

/** The last step: hear and be heard. Everything here can be done later in Settings, so it can be skipped. */
export function MicStep(): ReactNode {
  const { t } = useTranslation();
  const { store } = useSession();
  const level = useLevel();
  const done = () => store.setState({ micStep: false });
  return (
    <OnboardingFrame
      step={3}
      heroTitle={t('onboarding.mic.heroTitle')}
      heroText={t('onboarding.mic.heroText')}
      level={level.read}
    >
      <Heading title={t('onboarding.mic.title')} help={t('onboarding.mic.help')} />
      <DeviceFields onLevel={level.write} />
      <EchoTest />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" big onClick={done}>
          {t('onboarding.mic.start')}
        </Button>
      </div>
    </OnboardingFrame>
  );
}
