import { MoonStar } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { settingsSchema } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Line, SelectField } from '../ui/index.ts';

const minutes = [0, 5, 10, 15, 30] as const;

/** After how long without a key or the mouse we are away by ourselves. */
export function AwayLine(): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const after = useUi((state) => state.settings?.awayAfterMinutes ?? 10);
  return (
    <Line title={t('away.after')} help={t('away.afterHelp')}>
      <div className="w-[12.5rem] max-w-full">
        <SelectField
          label={t('away.after')}
          icon={MoonStar}
          value={String(after)}
          choices={minutes.map((each) => ({
            value: String(each),
            label: each === 0 ? t('away.never') : t('away.minutes', { count: each }),
          }))}
          onChange={(next) => {
            const chosen = settingsSchema.shape.awayAfterMinutes.safeParse(Number(next));
            if (chosen.success) void settings.change({ awayAfterMinutes: chosen.data });
          }}
        />
      </div>
    </Line>
  );
}
