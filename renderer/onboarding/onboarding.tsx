import { useState, type ReactNode } from 'react';
import { ArchiveStep } from './archive-step.tsx';
import { NameStep } from './name-step.tsx';
import { RestoreStep } from './restore-step.tsx';

/** The way in for somebody without an account: a new name, twelve words, or an archive. */
export function Welcome(): ReactNode {
  const [way, setWay] = useState<'name' | 'words' | 'archive'>('name');
  const back = () => setWay('name');
  switch (way) {
    case 'name':
      return <NameStep onRestore={() => setWay('words')} />;
    case 'words':
      return <RestoreStep onBack={back} onArchive={() => setWay('archive')} />;
    case 'archive':
      return <ArchiveStep onBack={() => setWay('words')} />;
  }
}
