import { useState, type ReactNode } from 'react';
import { NameStep } from './name-step.tsx';
import { RestoreStep } from './restore-step.tsx';

/** The way in for somebody without an account: a new name, or twelve words. */
export function Welcome(): ReactNode {
  const [restoring, setRestoring] = useState(false);
  return restoring ? <RestoreStep onBack={() => setRestoring(false)} /> : <NameStep onRestore={() => setRestoring(true)} />;
}
