import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { SliderField } from '../ui/index.ts';

/** How loud the microphone is, after the browser's own levelling: for voices that levelling leaves too quiet or too loud. */
export function GainField(): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const gain = useUi((state) => state.settings?.inputGain ?? 1);
  return (
    <SliderField
      label={t('audio.gain')}
      value={gain}
      min={0}
      max={4}
      step={0.1}
      say={(factor) => t('measure.percent', { n: Math.round(factor * 100) })}
      onSettle={(inputGain) => settings.change({ inputGain })}
    />
  );
}
