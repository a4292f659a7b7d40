import { CircleAlert, CircleCheck, Mic } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Callout, cx, LevelTicks, SelectField } from '../ui/index.ts';
import { GainField } from './gain-field.tsx';
import { NoiseField } from './noise-field.tsx';
import { chosenDevice, deviceChoice } from './device-choices.ts';
import { ProcessingLine } from './processing-line.tsx';
import { SpeakerField } from './speaker-field.tsx';
import { useDevices } from './use-devices.ts';
import { useMicrophone } from './use-microphone.ts';

interface DeviceFieldsProps {
  /** The microphone's level as well, for who shows it elsewhere. */
  readonly onLevel?: (level: number) => void;
}

const ignore = () => undefined;

/** Microphone with its level, speaker with a sound to try. The choice is kept and used at once. */
export function DeviceFields({ onLevel = ignore }: DeviceFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const microphoneId = useUi((state) => state.settings?.microphoneId ?? null);
  const microphoneLabel = useUi((state) => state.settings?.microphoneLabel ?? '');
  const mic = useMicrophone(microphoneId, onLevel);
  // Names of devices are only told once the microphone is allowed: read them again when it starts to hear.
  const devices = useDevices(mic.hearing);

  return (
    <>
      <div className="grid gap-2">
        <span className="font-[550]">{t('audio.microphone')}</span>
        <SelectField
          label={t('audio.microphone')}
          icon={Mic}
          {...deviceChoice(t, devices.microphones, microphoneId, microphoneLabel)}
          onChange={(value) => {
            const { id, label } = chosenDevice(devices.microphones, value);
            void settings.change({ microphoneId: id, microphoneLabel: label });
          }}
        />
        {mic.problem === null ? (
          <LevelTicks label={t('audio.level')} listen={mic.listen} />
        ) : (
          <Callout tone="warn">{t(`audio.problem.${mic.problem}`)}</Callout>
        )}
        {!mic.calling && mic.problem === null ? <HearingLine hearing={mic.hearing} /> : null}
      </div>
      {mic.calling ? <ProcessingLine /> : null}
      <GainField />
      <NoiseField />
      <SpeakerField speakers={devices.speakers} />
    </>
  );
}

function HearingLine({ hearing }: { hearing: 'listening' | 'well' | 'faint' | 'nothing' }): ReactNode {
  const { t } = useTranslation();
  const sentence = {
    listening: t('audio.waiting'),
    well: t('audio.hearWell'),
    faint: t('audio.hearFaint'),
    nothing: t('audio.hearNothing'),
  }[hearing];
  const Icon = hearing === 'well' ? CircleCheck : CircleAlert;
  return (
    <output
      className={cx(
        't-small flex items-center gap-1.5 font-medium',
        hearing === 'well' ? 'text-ok-ink' : hearing === 'listening' ? 'text-ink-2' : 'text-warn-ink',
      )}
    >
      {hearing === 'listening' ? null : <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />}
      {sentence}
    </output>
  );
}
