import { useCallback, useEffect, useRef, useState } from 'react';
import {
  judgeMicrophone,
  judgeSpeaker,
  type CheckLine,
  type CheckLineId,
  type CheckOutcome,
  type ErrorCode,
} from '../../preload/contract/index.ts';
import { codeOf, useSession, type Client, type UiAudio } from '../state/index.ts';
import { probeMicrophone, probeSpeaker } from './sound-probe.ts';

export interface CheckView {
  readonly state: 'idle' | 'running' | 'done';
  readonly lines: ReadonlyMap<CheckLineId, CheckLine>;
  /** The newest line. */
  readonly last: CheckLine | null;
  readonly outcome: CheckOutcome | null;
  /** The engine could not look at the network. */
  readonly trouble: ErrorCode | null;
  readonly start: () => void;
  readonly stop: () => void;
}

const nothing = { lines: new Map<CheckLineId, CheckLine>(), last: null, outcome: null, trouble: null } as const;
type Seen = Pick<CheckView, 'state' | 'lines' | 'last' | 'outcome' | 'trouble'>;
type Change = (before: Seen) => Partial<Seen>;
type Add = (line: CheckLine) => void;

/** Runs the connection check: the network by the engine, the sound here. Leaving the view stops it. */
export function useCheck(): CheckView {
  const { client, audio } = useSession();
  const [seen, setSeen] = useState<Seen>({ state: 'idle', ...nothing });
  const running = useRef<AbortController | null>(null);

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setSeen((before) => (before.state === 'running' ? { ...before, state: 'done' } : before));
  }, []);

  const start = useCallback(() => {
    running.current?.abort();
    const run = new AbortController();
    running.current = run;
    const { signal } = run;
    const show = (change: Change): void => {
      if (!signal.aborted) setSeen((before) => ({ ...before, ...change(before) }));
    };
    const add = (line: CheckLine): void => show(({ lines }) => ({ lines: new Map(lines).set(line.id, line), last: line }));
    setSeen({ state: 'running', ...nothing });
    void Promise.all([checkNetwork(client, signal, add, show), checkSound(audio, signal, add)]).finally(() =>
      show(() => ({ state: 'done' })),
    );
  }, [client, audio]);

  useEffect(() => () => running.current?.abort(), []);
  return { ...seen, start, stop };
}

async function checkNetwork(client: Client, signal: AbortSignal, add: Add, show: (change: Change) => void): Promise<void> {
  try {
    for await (const event of await client.network.check(undefined, { signal })) {
      if (event.type === 'line') add(event.line);
      else show(() => ({ outcome: event.outcome }));
    }
  } catch (error) {
    show(() => ({ trouble: codeOf(error) }));
  }
}

/** One after the other: the microphone must not hear the ring. */
async function checkSound(audio: UiAudio, signal: AbortSignal, add: Add): Promise<void> {
  const microphone = await probeMicrophone(audio, signal);
  add({ id: 'microphone', figures: microphone, ...judgeMicrophone(microphone) });
  if (signal.aborted) return;
  const speaker = await probeSpeaker(audio, signal);
  add({ id: 'speaker', figures: speaker, ...judgeSpeaker(speaker) });
}
