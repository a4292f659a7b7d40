import { createContext, useContext, type ReactNode } from 'react';

/** Whether key caps show the signs of a Mac keyboard. */
export const MacKeys = createContext(false);

const macSigns: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩' };

/** The name of a key or chord as the keyboard in front of the person has it. */
export const keyName = (chord: string, mac: boolean): string =>
  mac ? chord.replaceAll(/Ctrl|Shift|Alt|Enter/gu, (name) => macSigns[name] ?? name) : chord;

/** A key cap. */
export function Key({ children }: { children: string }): ReactNode {
  return (
    <kbd className="inline-block min-w-[18px] rounded-r1 bg-raised px-[5px] text-center font-sans text-[0.6875rem]/[1.125rem] font-medium whitespace-nowrap text-ink-2 edge">
      {keyName(children, useContext(MacKeys))}
    </kbd>
  );
}
