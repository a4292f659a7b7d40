import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../preload/contract/index.ts';
import { displayName, useSession } from '../state/index.ts';
import { SliderField } from '../ui/index.ts';

/** How loud one person is heard here, in this call and in every later one. */
export function VolumeField({ person }: { person: ContactView }): ReactNode {
  const { t } = useTranslation();
  const { people } = useSession();
  return (
    <SliderField
      label={t('call.volumeOf', { name: displayName(person) })}
      value={person.volume}
      min={0}
      max={2}
      step={0.05}
      say={(volume) => t('measure.percent', { n: Math.round(volume * 100) })}
      onSettle={(volume) => people.setVolume(person, volume)}
    />
  );
}
