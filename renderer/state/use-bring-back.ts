import { useState } from 'react';
import { useSession } from './session.tsx';
import { useTask } from './use-task.ts';

export interface BringBack {
  readonly file: File | null;
  readonly chooseFile: (file: File | null) => void;
  readonly passphrase: string;
  readonly setPassphrase: (passphrase: string) => void;
  /** Both are given. */
  readonly isReady: boolean;
  readonly task: ReturnType<typeof useTask>;
  readonly step: 'reading' | 'checking' | 'almost';
  readonly isBusy: boolean;
  /** Resolves when the engine is about to start anew with what was in the file; false: it did not come to that. */
  readonly run: () => Promise<boolean>;
}

/** An archive's way back in. @param replace in place of the account that is here, which is kept aside */
export function useBringBack(replace: boolean): BringBack {
  const { data } = useSession();
  const [file, chooseFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [step, setStep] = useState<BringBack['step']>('reading');
  const task = useTask();
  return {
    file,
    chooseFile,
    passphrase,
    setPassphrase,
    isReady: file !== null && passphrase !== '',
    task,
    step,
    isBusy: task.fraction !== null || step === 'almost',
    async run() {
      if (file === null) return false;
      const isDone = await task.run(async (onFraction, signal) => {
        setStep('reading');
        const id = await data.putArchive(file, onFraction, signal);
        setStep('checking');
        onFraction(0);
        await data.bringBack(id, passphrase, replace, onFraction, signal);
      });
      if (isDone) setStep('almost');
      return isDone;
    },
  };
}
