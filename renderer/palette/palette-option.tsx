import { Autocomplete } from '@base-ui/react/autocomplete';
import {
  Activity,
  AudioWaveform,
  CircleDot,
  Headphones,
  Keyboard,
  Mic,
  MicOff,
  Palette as PaletteIcon,
  Pause,
  Phone,
  PhoneOff,
  Play,
  Settings,
  UserPlus,
  Undo2,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { presenceWords } from '../contacts/index.ts';
import { holdsHere, presenceShape } from '../state/index.ts';
import { Avatar, CheckedMark, Cut, Key, useNow } from '../ui/index.ts';
import type { Act, CommandEntry, PaletteEntry, PersonEntry } from './entries.ts';

/** One line of the palette. */
export function PaletteOption({ entry, onChoose }: { entry: PaletteEntry; onChoose: () => void }): ReactNode {
  return (
    <Autocomplete.Item
      value={entry}
      onClick={onChoose}
      className="group flex min-h-9 items-center gap-2.5 rounded-[10px] px-2 outline-none data-highlighted:bg-selected data-highlighted:[--cutbg:var(--selected)]"
    >
      {entry.kind === 'person' ? <Person entry={entry} /> : <Command entry={entry} />}
    </Autocomplete.Item>
  );
}

function Person({ entry }: { entry: PersonEntry }): ReactNode {
  const { t } = useTranslation();
  const nowMs = useNow();
  const { person, label, also, act } = entry;
  return (
    <>
      <Avatar accountKey={person.accountKey} name={label} presence={presenceShape(person)} />
      <span className="min-w-0 flex-1 py-1.5">
        <span className="flex min-w-0 items-center gap-1">
          <Cut text={label} className="min-w-0 font-[550]" />
          <CheckedMark accountKey={person.accountKey} />
        </span>
        <span className="t-small cut block text-ink-2">
          {label === also ? '' : <bdi>{also} · </bdi>}
          {presenceWords(t, person, nowMs)}
        </span>
      </span>
      <span className="t-small hidden items-center gap-2 text-ink-2 group-data-highlighted:flex" aria-hidden="true">
        {t(act.do === 'message' ? 'palette.message' : 'palette.call')} <Key>Enter</Key>
      </span>
    </>
  );
}

function Command({ entry }: { entry: CommandEntry }): ReactNode {
  const Icon = icons[iconOf(entry.act)];
  return (
    <>
      <span className="grid w-10 flex-none place-items-center text-ink-2">
        <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
      </span>
      <span className="min-w-0 flex-1 py-1.5 break-words">{entry.label}</span>
      {entry.keys === null ? null : (
        <span className="flex-none" aria-hidden="true">
          <Key>{entry.keys}</Key>
        </span>
      )}
    </>
  );
}

const icons: Readonly<Record<Act['do'] | 'unmute' | 'resume', LucideIcon>> = {
  call: Phone,
  message: Phone,
  answer: Phone,
  decline: PhoneOff,
  'hang-up': PhoneOff,
  mute: MicOff,
  unmute: Mic,
  hold: Pause,
  resume: Play,
  return: Undo2,
  add: UserPlus,
  settings: Settings,
  presence: CircleDot,
  theme: PaletteIcon,
  devices: Headphones,
  check: Activity,
  echo: AudioWaveform,
  keys: Keyboard,
};

/** Two of them go back and forth. */
const iconOf = (act: Act): keyof typeof icons => {
  if (act.do === 'mute' && act.call.muted) return 'unmute';
  return act.do === 'hold' && holdsHere(act.call) ? 'resume' : act.do;
};
