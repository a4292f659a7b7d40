export type Command =
  | 'find'
  | 'find-here'
  | 'add'
  | 'settings'
  | 'keys'
  | 'previous'
  | 'next'
  | 'pane-next'
  | 'pane-previous'
  | 'call'
  | 'answer'
  | 'decline'
  | 'mute'
  | 'hold'
  | 'hang-up'
  | 'chat'
  | 'undo'
  | 'escape'
  | 'stage-mute'
  | 'stage-hold'
  | 'stage-record'
  | 'stage-devices'
  | 'stage-details';

export interface KeyPress {
  readonly key: string;
  /** Ctrl; Command on macOS. */
  readonly primary: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** The focus is on the stage, and not in a field. */
  readonly onStage: boolean;
  /** The focus is in a field with something in it: its own undo comes first. */
  readonly inField: boolean;
}

const plainPrimary: Readonly<Record<string, Command>> = {
  k: 'find',
  f: 'find-here',
  n: 'add',
  ',': 'settings',
  '/': 'keys',
  j: 'chat',
};
const shiftPrimary: Readonly<Record<string, Command>> = {
  c: 'call',
  a: 'answer',
  x: 'decline',
  m: 'mute',
  h: 'hold',
  e: 'hang-up',
};
const stageLetters: Readonly<Record<string, Command>> = {
  m: 'stage-mute',
  h: 'stage-hold',
  d: 'stage-devices',
  r: 'stage-record',
  i: 'stage-details',
};

/** What a key press means, or null. Letters are compared without case: Shift makes them capitals. */
export function commandOf(press: KeyPress): Command | null {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.primary && !press.alt) {
    if (key === 'z' && !press.shift) return press.inField ? null : 'undo';
    return (press.shift ? shiftPrimary[key] : plainPrimary[key]) ?? null;
  }
  if (press.alt && !press.primary && !press.shift) return key === 'ArrowUp' ? 'previous' : key === 'ArrowDown' ? 'next' : null;
  if (press.alt || press.primary) return null;
  if (key === 'F6') return press.shift ? 'pane-previous' : 'pane-next';
  if (press.shift) return null;
  if (key === 'Escape') return 'escape';
  return press.onStage ? (stageLetters[key] ?? null) : null;
}
