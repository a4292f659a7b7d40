import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { Key } from '../ui/index.ts';
import type { Act, PaletteEntry } from './entries.ts';
import { PaletteOption } from './palette-option.tsx';
import { paletteGroups, typedMost, type PaletteGroup } from './rank.ts';
import { leads, runAct } from './run-act.ts';

/** Finds anybody, and does anything: a field, and a list that its arrow keys go through. */
export function Palette(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const account = useUi((state) => (state.account?.kind === 'ready' ? state.account.account : null));
  const contacts = useUi((state) => state.contacts);
  const conversations = useUi((state) => state.conversations);
  const calls = useUi((state) => state.calls);
  const [typed, setTyped] = useState('');
  const groups = useMemo(
    () => paletteGroups(t, typed, { account, contacts, conversations, calls }),
    [t, typed, account, contacts, conversations, calls],
  );
  const field = useRef<HTMLInputElement>(null);
  const highlighted = useRef<PaletteEntry | undefined>(undefined);
  const ledOn = useRef(false);

  const close = () => session.go.dialog(null);
  const choose = (act: Act) => {
    ledOn.current = leads(act);
    close();
    runAct(session, act);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    const entries = groups.flatMap(({ items }) => items);
    // A quick Enter comes before the list has been told what is marked now: then the first is meant, as it will be.
    const entry = entries.find(({ id }) => id === highlighted.current?.id) ?? entries[0];
    if (entry === undefined) return;
    const writes = (event.ctrlKey || event.metaKey) && entry.kind === 'person';
    choose(writes ? { do: 'message', accountKey: entry.person.accountKey } : entry.act);
  };

  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-x-0 top-(--titlebar) bottom-0 z-(--z-dialog) bg-[var(--scrim)]" />
        <Dialog.Popup
          aria-label={t('palette.title')}
          initialFocus={field}
          finalFocus={() => !ledOn.current}
          className="fixed inset-x-0 top-[calc(var(--titlebar)+min(70px,6vh))] z-(--z-dialog) mx-auto flex max-h-[calc(100%-var(--titlebar)-min(70px,6vh)-20px)] w-[min(100%-24px,468px)] flex-col rounded-r4 bg-raised p-2 text-ink [--cutbg:var(--raised)] [box-shadow:var(--e-3),0_0_0_1px_var(--line)] animate-rise"
        >
          <Autocomplete.Root
            inline
            open
            items={groups}
            mode="none"
            autoHighlight="always"
            keepHighlight
            value={typed}
            onValueChange={(value) => {
              highlighted.current = undefined;
              setTyped(value);
            }}
            itemToStringValue={(entry: PaletteEntry) => entry.label}
            onItemHighlighted={(entry) => (highlighted.current = entry)}
          >
            <div className="flex flex-none items-center gap-2.5 border-b border-line px-2.5 py-2 text-ink-2">
              <Search size={19} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
              <Autocomplete.Input
                ref={field}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') event.preventBaseUIHandler();
                  onKeyDown(event);
                }}
                aria-label={t('palette.title')}
                placeholder={t('palette.hint')}
                dir="auto"
                spellCheck={false}
                maxLength={typedMost}
                className="field-inner min-h-[30px] min-w-0 flex-1 bg-transparent text-[1.0625rem] text-ink"
              />
              <Key>Esc</Key>
            </div>
            <Autocomplete.List
              aria-label={t('palette.results')}
              className="thin-scroll min-h-0 flex-1 scroll-py-2 overflow-y-auto py-1"
            >
              {(group: PaletteGroup) => (
                <Autocomplete.Group key={group.id} items={group.items} className="pb-1">
                  {/* What was looked for with success needs no heading of its own. */}
                  <Autocomplete.GroupLabel className="t-meta block px-2.5 pt-2 pb-1 text-ink-3">
                    {t(`palette.group.${group.id}`)}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: PaletteEntry) => <PaletteOption key={entry.id} entry={entry} onChoose={() => choose(entry.act)} />}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            <div className="t-small flex flex-none flex-wrap gap-x-3.5 gap-y-1 border-t border-line px-2.5 pt-2 pb-1 text-ink-2">
              <span>
                <Key>Enter</Key> {t('palette.enter')}
              </span>
              <span>
                <Key>Ctrl Enter</Key> {t('palette.ctrlEnter')}
              </span>
            </div>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
