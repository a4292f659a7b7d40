import { useCallback, useEffect, useRef, useState } from 'react';
import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import { currentCall, useSession, useUi } from '../state/index.ts';
import { judgeHearing, type Hearing } from './device-choices.ts';

export interface MicrophoneView {
  /** A call has it open: its sound is the call's, and so are its problems. */
  readonly calling: boolean;
  readonly problem: MicrophoneProblem | null;
  readonly hearing: Hearing;
  /** Gives a level meter its values. */
  readonly listen: (sink: (level: number) => void) => () => void;
}

/** The peak is forgotten this fast, so that a microphone switched off is noticed. Share kept per value, 20 values a second. */
const peakKept = 0.995;

/**
 * What the chosen microphone hears while shown, as loud as others would hear it: during a call the call's own level, muted or
 * not; else it is opened for it, and judged.
 */
export function useMicrophone(microphoneId: string | null, onLevel: (level: number) => void): MicrophoneView {
  const { audio, store } = useSession();
  const calling = useUi((state) => currentCall(state.calls) !== null);
  const opened = calling ? null : microphoneId;
  const sinks = useRef(new Set<(level: number) => void>());
  const [problem, setProblem] = useState<MicrophoneProblem | null>(null);
  const [hearing, setHearing] = useState<Hearing>('listening');

  useEffect(() => {
    const given = sinks.current;
    const show = (level: number): void => {
      onLevel(level);
      for (const sink of given) sink(level);
    };
    // The gain is the media process's; it is read for each value, so that a new one opens nothing anew.
    const withGain = (level: number): number => Math.min(1, level * (store.getState().settings?.inputGain ?? 1));
    if (calling) {
      const stop = audio.onLevel(({ local, unheard }) => show(withGain(Math.max(local, unheard))));
      return () => {
        stop();
        show(0);
      };
    }
    const startedMs = performance.now();
    let peak = 0;
    const check = audio.micCheck((heard) => {
      const level = withGain(heard);
      setProblem(null);
      peak = Math.max(level, peak * peakKept);
      setHearing(judgeHearing(peak, performance.now() - startedMs));
      show(level);
    }, setProblem);
    return () => {
      check.stop();
      show(0);
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another microphone is another check
  }, [audio, store, calling, opened, onLevel]);

  const listen = useCallback((sink: (level: number) => void) => {
    sinks.current.add(sink);
    return () => void sinks.current.delete(sink);
  }, []);
  return { calling, problem: calling ? null : problem, hearing, listen };
}
