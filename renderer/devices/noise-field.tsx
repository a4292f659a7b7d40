import { VolumeX, Waves, Monitor } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Segmented } from '../ui/index.ts';

/** Who takes the noise around a voice away. Takes effect at once, in a call too. */
export function NoiseField(): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const chosen = useUi((state) => state.settings?.noiseSuppression ?? 'system');
  return (
    <div className="grid justify-items-start gap-2">
      <span className="font-[550]">{t('audio.noise.label')}</span>
      <Segmented
        label={t('audio.noise.label')}
        value={chosen}
        choices={[
          { value: 'system', label: t('audio.noise.system'), icon: Monitor },
          { value: 'rnnoise', label: t('audio.noise.rnnoise'), icon: Waves },
          { value: 'off', label: t('audio.noise.off'), icon: VolumeX },
        ]}
        onChange={(noiseSuppression) => void settings.change({ noiseSuppression })}
      />
      <span className="t-small text-ink-2">{t(`audio.noise.help.${chosen}`)}</span>
    </div>
  );
}
