import { Popover } from '@base-ui/react/popover';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Apple, CarFront, Flag, Hand, Hash, Lightbulb, PawPrint, Smile, Trophy, type LucideIcon } from 'lucide-react';
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, cx, IconButton, StepLine, Tip } from '../ui/index.ts';
import { emojiRows, inOneRow, type EmojiCell, type EmojiRow } from './emoji-rows.ts';
import { emojiGroups, withTone, type Emoji, type EmojiGroup } from './emoji-set.ts';
import { useEmojiHabits, useEmojiSet } from './use-emoji.ts';

/** px of a cell, and of a heading. */
const cellPx = 36;
const headingPx = 28;

/** Icons, not emoji: the system's fonts may lack any of those. */
const groupIcons: Readonly<Record<EmojiGroup, LucideIcon>> = {
  smileys: Smile,
  people: Hand,
  nature: PawPrint,
  food: Apple,
  travel: CarFront,
  activities: Trophy,
  objects: Lightbulb,
  symbols: Hash,
  flags: Flag,
};

/** Where it is to open, and what happens with what is picked. */
export interface EmojiWish {
  readonly anchor: Element;
  readonly onPick: (emoji: string) => void;
}

/** The picker, beside what asked for it. The keys stay in the search field: arrows go through the grid, Enter picks. */
export function EmojiPopover({ wish, onClose }: { wish: EmojiWish | null; onClose: () => void }): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Popover.Root open={wish !== null} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Popover.Portal>
        <Popover.Positioner anchor={wish?.anchor ?? null} side="top" sideOffset={6} align="start" className="z-(--z-popover)">
          <Popover.Popup
            initialFocus={field}
            className="grid w-[calc(8*36px+20px)] gap-2 rounded-r3 bg-raised p-2.5 text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)] outline-none"
          >
            {wish === null ? null : <EmojiPicker field={field} onPick={wish.onPick} onClose={onClose} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface EmojiPickerProps {
  readonly field: React.RefObject<HTMLInputElement | null>;
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}

function EmojiPicker({ field, onPick, onClose }: EmojiPickerProps): ReactNode {
  const { t } = useTranslation();
  const [attempt, setAttempt] = useState(0);
  const load = useEmojiSet(true, attempt);
  const { recent, tone, used, setTone } = useEmojiHabits();
  const [typed, setTyped] = useState('');
  const list = useId();
  // What was picked lately keeps its places while the picker is open.
  const [lately] = useState(recent);
  const set = load.kind === 'there' ? load.set : null;
  const rows = useMemo(() => (set === null ? [] : emojiRows(set, { typed, recent: lately, tone })), [set, typed, lately, tone]);
  const pick = (emoji: string) => {
    used(emoji);
    onClose();
    onPick(emoji);
  };
  if (load.kind === 'failed') {
    return (
      <div role="alert" className="grid justify-items-start gap-2">
        <p>{t('messages.emoji.failed')}</p>
        <Button onClick={() => setAttempt(attempt + 1)}>{t('messages.retry')}</Button>
      </div>
    );
  }
  return (
    <>
      <Popover.Title className="sr-only">{t('messages.emoji.open')}</Popover.Title>
      <EmojiGrid rows={set === null ? null : rows} list={list} onPick={pick} typed={typed}>
        {(onKeyDown, active) => (
          <div className="flex items-center gap-1.5">
            <div className="flex min-h-[34px] min-w-0 flex-1 items-center rounded-r2 bg-surface px-2.5 edge-strong focus-within:edge-focus">
              <input
                ref={field}
                type="text"
                role="combobox"
                aria-expanded
                aria-controls={list}
                aria-activedescendant={active}
                aria-autocomplete="list"
                aria-label={t('messages.emoji.search')}
                placeholder={t('messages.emoji.search')}
                value={typed}
                maxLength={40}
                autoComplete="off"
                spellCheck={false}
                dir="auto"
                onChange={(event) => setTyped(event.target.value)}
                onKeyDown={onKeyDown}
                className="field-inner t-ui min-w-0 flex-1 bg-transparent py-1"
              />
            </div>
            <ToneButton set={set} tone={tone} onTone={setTone} />
          </div>
        )}
      </EmojiGrid>
    </>
  );
}

/** One hand in the tone that is picked; choosing it goes on to the next tone. */
function ToneButton({
  set,
  tone,
  onTone,
}: {
  set: readonly Emoji[] | null;
  tone: number;
  onTone: (tone: number) => void;
}): ReactNode {
  const { t } = useTranslation();
  const tones = t('messages.emoji.tones', { returnObjects: true });
  const hand = set?.find(({ shortcodes }) => shortcodes.includes('raised_hand'));
  if (hand === undefined) return null;
  const label = `${t('messages.emoji.skin')}: ${tones[tone] ?? ''}`;
  return (
    <Tip label={label}>
      <button
        type="button"
        aria-label={label}
        onClick={() => onTone((tone + 1) % tones.length)}
        className="grid size-[34px] flex-none place-items-center rounded-r2 text-[1.25rem] hover:bg-hover"
      >
        {withTone(hand, tone)}
      </button>
    </Tip>
  );
}

interface EmojiGridProps {
  /** Null: they are being loaded. */
  readonly rows: readonly EmojiRow[] | null;
  readonly list: string;
  readonly typed: string;
  readonly onPick: (emoji: string) => void;
  /** The field above, which has the keys. */
  readonly children: (onKeyDown: (event: KeyboardEvent) => void, active: string | undefined) => ReactNode;
}

const noRows: readonly EmojiRow[] = [];

function EmojiGrid({ rows: loaded, list, typed, onPick, children }: EmojiGridProps): ReactNode {
  const { t } = useTranslation();
  const rows = loaded ?? noRows;
  const scroller = useRef<HTMLDivElement>(null);
  const cells = useMemo(() => rows.flatMap((row) => (row.kind === 'cells' ? row.cells : [])), [rows]);
  const [cursor, setCursor] = useState({ typed: '', at: -1 });
  // Other words, other cells: it begins anew.
  const at = cursor.typed === typed ? cursor.at : -1;
  // Something is found: Enter takes the first without going there.
  const active: EmojiCell | undefined = cells[Math.min(at < 0 && typed !== '' ? 0 : at, cells.length - 1)];
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? headingPx : cellPx),
    overscan: 4,
  });

  const moveTo = (next: number) => {
    const place = Math.max(0, Math.min(next, cells.length - 1));
    const cell = cells[place];
    if (cell === undefined) return;
    setCursor({ typed, at: place });
    virtual.scrollToIndex(rows.findIndex((row) => row.kind === 'cells' && row.cells.includes(cell)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const now = active === undefined ? -1 : cells.indexOf(active);
    const inText = at < 0;
    const sideways = document.dir === 'rtl' ? -1 : 1;
    const next = {
      ArrowDown: now < 0 ? 0 : now + inOneRow,
      ArrowUp: now - inOneRow,
      // In the text they move the caret, until the grid was gone into.
      ArrowRight: inText ? undefined : now + sideways,
      ArrowLeft: inText ? undefined : now - sideways,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      return moveTo(next);
    }
    if (event.key !== 'Enter' || active === undefined) return undefined;
    event.preventDefault();
    return onPick(active.emoji);
  };

  return (
    <>
      {children(onKeyDown, active === undefined ? undefined : `${list}-${active.key}`)}
      {typed === '' ? (
        <div className="flex justify-between" role="toolbar" aria-label={t('messages.emoji.open')}>
          {emojiGroups.map((group) => (
            <IconButton
              key={group}
              icon={groupIcons[group]}
              size={17}
              label={t(`messages.emoji.groups.${group}`)}
              onClick={() =>
                virtual.scrollToIndex(
                  rows.findIndex((row) => row.key === group),
                  { align: 'start' },
                )
              }
            />
          ))}
        </div>
      ) : null}
      <div
        ref={scroller}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it, it can't be scrolled by keyboard (WCAG 2.1.1)
        tabIndex={0}
        className="thin-scroll h-[min(17rem,40vh)] overflow-y-auto focus-visible:-outline-offset-2"
      >
        {loaded === null ? <StepLine className="p-2">{t('messages.emoji.loading')}</StepLine> : null}
        {rows.length === 0 && loaded !== null ? (
          <output className="block p-2 text-ink-2">{typed === '' ? '' : t('messages.emoji.none')}</output>
        ) : null}
        <div
          id={list}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a list below the field, whose keys choose in it (ARIA: combobox)
          role="listbox"
          aria-label={t('messages.emoji.open')}
          className="relative"
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={row.key}
                role="presentation"
                className="absolute inset-x-0 top-0 flex"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {row.kind === 'heading' ? (
                  <span aria-hidden="true" className="t-meta self-end px-1 pb-1 text-ink-3">
                    {t(row.title)}
                  </span>
                ) : (
                  row.cells.map((cell) => (
                    <button
                      type="button"
                      tabIndex={-1}
                      key={cell.key}
                      id={`${list}-${cell.key}`}
                      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see above
                      role="option"
                      aria-selected={cell === active}
                      aria-label={cell.name}
                      title={cell.name}
                      onClick={() => onPick(cell.emoji)}
                      className={cx(
                        'grid size-9 cursor-default place-items-center rounded-r2 text-[1.375rem] hover:bg-hover',
                        cell === active && 'bg-selected edge-focus',
                      )}
                    >
                      {cell.emoji}
                    </button>
                  ))
                )}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
