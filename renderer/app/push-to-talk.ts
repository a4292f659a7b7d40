import type { PushToTalkKey } from '../../preload/contract/index.ts';

/** A key going down, and where. */
export interface TalkPress {
  /** `KeyboardEvent.code`. */
  readonly code: string;
  /** The keyboard's own repetition while a key stays down. */
  readonly repeat: boolean;
  /** Ctrl, Alt or Meta: the key means something else then. */
  readonly modified: boolean;
  /** Text can be written where the focus is. */
  readonly inField: boolean;
  /** The focus is on the call's pane itself, and on nothing there that a key would press. */
  readonly onStage: boolean;
}

/** Keys that write or press something: they only talk where they would not. */
const placeOf: Readonly<Record<PushToTalkKey, 'stage' | 'outside-fields' | 'anywhere'>> = {
  Space: 'stage',
  Backquote: 'outside-fields',
  F8: 'anywhere',
  F9: 'anywhere',
};

/** Whether this press is the person's wish to be heard. What follows is only the key's release, wherever that happens. */
export function isTalkPress(press: TalkPress, key: PushToTalkKey): boolean {
  if (press.code !== key || press.repeat || press.modified) return false;
  const place = placeOf[key];
  return place === 'anywhere' || (place === 'outside-fields' ? !press.inField : press.onStage);
}
