import { useCallback, useEffect, useRef, useState } from 'react';
import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { judgeHearing, type Hearing } from './device-choices.ts';

export interface MicCheckView {
  readonly problem: MicrophoneProblem | null;
  readonly hearing: Hearing;
  /** Gives a level meter its values. */
  readonly listen: (sink: (level: number) => void) => () => void;
}

/** The peak is forgotten this fast, so that a microphone switched off is noticed. Share kept per value, 20 values a second. */
const peakKept = 0.995;

/** Opens the chosen microphone while shown (not for a call) and says how well it hears. */
export function useMicCheck(active: boolean, microphoneId: string | null, onLevel: (level: number) => void): MicCheckView {
  const { audio } = useSession();
  const sinks = useRef(new Set<(level: number) => void>());
  const [problem, setProblem] = useState<MicrophoneProblem | null>(null);
  const [hearing, setHearing] = useState<Hearing>('listening');

  useEffect(() => {
    if (!active) return undefined;
    const startedMs = performance.now();
    let peak = 0;
    const check = audio.micCheck((level) => {
      setProblem(null);
      peak = Math.max(level, peak * peakKept);
      setHearing(judgeHearing(peak, performance.now() - startedMs));
      onLevel(level);
      for (const sink of sinks.current) sink(level);
    }, setProblem);
    return () => check.stop();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another microphone is another check
  }, [audio, active, microphoneId, onLevel]);

  const listen = useCallback((sink: (level: number) => void) => {
    sinks.current.add(sink);
    return () => void sinks.current.delete(sink);
  }, []);
  return { problem, hearing, listen };
}
