import { useState } from 'react';
import { useSession } from './session.tsx';
import { useTask } from './use-task.ts';

export interface BringBack {
  readonly task: ReturnType<typeof useTask>;
  readonly step: 'reading' | 'checking' | 'almost';
  readonly isBusy: boolean;
  /** Resolves when the engine is about to start anew with what was in the file; false: it did not come to that. */
  readonly run: (archive: File, passphrase: string) => Promise<boolean>;
}

/** An archive's way back in. @param replace in place of the account that is here, which is kept aside */
export function useBringBack(replace: boolean): BringBack {
  const { data } = useSession();
  const [step, setStep] = useState<BringBack['step']>('reading');
  const task = useTask();
  return {
    task,
    step,
    isBusy: task.fraction !== null || step === 'almost',
    async run(archive, passphrase) {
      const isDone = await task.run(async (onFraction, signal) => {
        setStep('reading');
        const id = await data.putArchive(archive, onFraction, signal);
        setStep('checking');
        onFraction(0);
        await data.bringBack(id, passphrase, replace, onFraction, signal);
      });
      if (isDone) setStep('almost');
      return isDone;
    },
  };
}
