import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '../state/index.ts';
import { Key } from '../ui/index.ts';

/** Every key; the one to talk with is the person's own choice. */
const keys = [
  ['Ctrl K', 'find'],
  ['Ctrl F', 'findHere'],
  ['Ctrl N', 'add'],
  ['Ctrl ,', 'settings'],
  ['Ctrl /', 'list'],
  ['Alt Up', 'previous'],
  ['Alt Down', 'next'],
  ['F6', 'panes'],
  ['Ctrl Shift C', 'call'],
  ['Ctrl Shift A', 'answer'],
  ['Ctrl Shift X', 'decline'],
  ['Ctrl Shift M', 'mute'],
  ['Ctrl Shift H', 'hold'],
  ['Ctrl Shift E', 'hangUp'],
  ['M  H  D  R  I', 'letters'],
  ['', 'talk'],
  ['Ctrl J', 'chat'],
  ['Up  Down', 'messages'],
  ['R  E  C  F  S  G  Del', 'message'],
  ['Space', 'choose'],
  ['Ctrl Z', 'undo'],
  ['Esc', 'escape'],
] as const;

/** Every key and what it does. */
export function KeyList(): ReactNode {
  const { t } = useTranslation();
  const talkKey = useUi((state) => state.settings?.pushToTalkKey ?? 'Space');
  return (
    <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-5 gap-y-2">
      {keys.map(([key, what]) => (
        <div key={what} className="col-span-2 grid grid-cols-subgrid items-baseline">
          <dt>
            <Key>{what === 'talk' ? t(`settings.talkKeyShort.${talkKey}`) : key}</Key>
          </dt>
          <dd className="min-w-0">{t(`keys.${what}`)}</dd>
        </div>
      ))}
    </dl>
  );
}
