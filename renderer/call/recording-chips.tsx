import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView, RecordingTime } from '../../preload/contract/index.ts';
import { clockText, Digits, Timer } from '../ui/index.ts';

/** Who records this call, for how long: seen by both until it stops, and said once when it begins. */
export function RecordingChips({ call, name }: { call: CallView; name: string }): ReactNode {
  const { t } = useTranslation();
  const { recording, remoteRecording } = call;
  return (
    <>
      <span role="alert" className="contents">
        {remoteRecording === null ? null : <Chip words={t('call.recording.theirs', { name })} time={remoteRecording} />}
      </span>
      {recording.state === 'off' ? null : (
        <Chip words={t(`call.recording.${recording.state}`)} time={recording.state === 'on' ? recording.time : null} />
      )}
    </>
  );
}

function Chip({ words, time }: { words: string; time: RecordingTime | null }): ReactNode {
  return (
    <span className="inline-flex min-h-[30px] max-w-full min-w-0 items-center gap-[7px] rounded-full bg-stage-raised px-[11px] text-[0.8125rem] font-medium">
      <span className="size-2.5 flex-none rounded-full bg-recording" aria-hidden="true" />
      <span className="cut">{words}</span>
      {time === null ? null : <RecordingClock time={time} />}
    </span>
  );
}

export function RecordingClock({ time }: { time: RecordingTime }): ReactNode {
  const { recordedMs, runningSinceMs } = time;
  return runningSinceMs === null ? <Digits text={clockText(recordedMs)} /> : <Timer sinceMs={runningSinceMs - recordedMs} />;
}
