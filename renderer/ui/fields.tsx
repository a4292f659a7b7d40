import { Select } from '@base-ui/react/select';
import { Switch } from '@base-ui/react/switch';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Toggle } from '@base-ui/react/toggle';
import { Check, ChevronDown, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './classes.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectFieldProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}

/** One of a few, in a field with an icon. The label stands above it. */
export function SelectField({ label, icon: Icon, value, choices, onChange }: SelectFieldProps): ReactNode {
  const items = choices.map((choice) => ({ ...choice }));
  return (
    <Select.Root items={items} value={value} onValueChange={(next) => (next === null ? undefined : onChange(next))}>
      <Select.Trigger
        aria-label={label}
        className="flex min-h-[38px] w-full min-w-0 items-center gap-2 rounded-r2 bg-raised px-3 py-1 text-ink edge-strong"
      >
        <Icon size={17} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <Select.Value className="cut flex-1" />
        <Select.Icon>
          <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-(--z-tooltip)">
          <Select.Popup className="max-h-(--available-height) w-(--anchor-width) overflow-y-auto rounded-r3 bg-raised p-[5px] text-ink shadow-e2 outline outline-line">
            <Select.List>
              {items.map((choice) => (
                <Select.Item
                  key={choice.value}
                  value={choice.value}
                  className="flex min-h-8 items-center gap-2 rounded-[7px] px-2 py-1 outline-none data-highlighted:bg-hover"
                >
                  <Select.ItemText className="cut flex-1">{choice.label}</Select.ItemText>
                  <Select.ItemIndicator>
                    <Check size={16} strokeWidth={1.75} aria-hidden="true" />
                  </Select.ItemIndicator>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}

export function SwitchField({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }): ReactNode {
  return (
    <Switch.Root
      aria-label={label}
      checked={on}
      onCheckedChange={onChange}
      className="relative h-[22px] w-[38px] flex-none rounded-full bg-line-strong transition-colors duration-(--d-fast) data-checked:bg-accent"
    >
      <Switch.Thumb className="absolute start-[3px] top-[3px] size-4 rounded-full bg-[light-dark(#fff,oklch(0.2_0.02_225))] transition-[inset-inline-start] duration-(--d-fast) data-checked:start-[19px]" />
    </Switch.Root>
  );
}

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly icon?: LucideIcon }[];
  readonly onChange: (value: Value) => void;
}

/** One of two to four, side by side. */
export function Segmented<Value extends string>({ label, value, choices, onChange }: SegmentedProps<Value>): ReactNode {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        const choice = choices.find((each) => each.value === next);
        if (choice !== undefined) onChange(choice.value);
      }}
      className="inline-flex flex-wrap rounded-[10px] bg-sunken p-[3px] edge"
    >
      {choices.map(({ value: each, label: text, icon: Icon }) => (
        <Toggle
          key={each}
          value={each}
          className={cx(
            'flex min-h-[28px] items-center gap-1.5 rounded-[7px] px-3 text-[0.8125rem] font-medium text-ink-2',
            'data-pressed:bg-raised data-pressed:text-ink data-pressed:[box-shadow:var(--e-1),inset_0_0_0_1px_var(--line)]',
          )}
        >
          {Icon === undefined ? null : <Icon size={15} strokeWidth={1.75} aria-hidden="true" />}
          {text}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
