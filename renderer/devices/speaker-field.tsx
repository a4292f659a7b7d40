import { Headphones, Play, Square } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi, type AudioDevice, type SpeakerTest } from '../state/index.ts';
import { Button, LevelTicks, SelectField } from '../ui/index.ts';
import { chosenDevice, deviceChoice } from './device-choices.ts';

/** The speaker, and a sound on it with the level of what goes there: silence with a moving meter is the speaker's doing. */
export function SpeakerField({ speakers }: { speakers: readonly AudioDevice[] }): ReactNode {
  const { t } = useTranslation();
  const { settings } = useSession();
  const speakerId = useUi((state) => state.settings?.speakerId ?? null);
  const speakerLabel = useUi((state) => state.settings?.speakerLabel ?? '');
  const test = useSpeakerTest();
  return (
    <div className="grid gap-2">
      <span className="font-[550]">{t('audio.speaker')}</span>
      <div className="flex flex-wrap items-stretch gap-2">
        <div className="min-w-40 flex-1">
          <SelectField
            label={t('audio.speaker')}
            icon={Headphones}
            {...deviceChoice(t, speakers, speakerId, speakerLabel)}
            onChange={(value) => {
              const { id, label } = chosenDevice(speakers, value);
              void settings.change({ speakerId: id, speakerLabel: label });
            }}
          />
        </div>
        <Button icon={test.running ? Square : Play} className="min-h-[38px]" onClick={test.toggle}>
          {test.running ? t('audio.stop') : t('audio.play')}
        </Button>
      </div>
      {test.running ? <LevelTicks label={t('audio.speakerLevel')} listen={test.listen} /> : null}
    </div>
  );
}

function useSpeakerTest() {
  const { audio } = useSession();
  const sinks = useRef(new Set<(level: number) => void>());
  const current = useRef<SpeakerTest | null>(null);
  const [running, setRunning] = useState(false);
  useEffect(() => () => current.current?.stop(), []);
  const toggle = useCallback(() => {
    if (current.current !== null) return current.current.stop();
    setRunning(true);
    current.current = audio.testSpeaker(
      (level) => {
        for (const sink of sinks.current) sink(level);
      },
      () => {
        current.current = null;
        setRunning(false);
      },
    );
  }, [audio]);
  const listen = useCallback((sink: (level: number) => void) => {
    sinks.current.add(sink);
    return () => void sinks.current.delete(sink);
  }, []);
  return { running, toggle, listen };
}
