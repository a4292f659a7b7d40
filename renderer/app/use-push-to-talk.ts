import { useEffect } from 'react';
import { useSession } from '../state/index.ts';
import { isTalkPress } from './push-to-talk.ts';

const fields = 'input:not([type="range"]), textarea, [contenteditable="true"]';
/** A press of Space on these is a click. */
const pressed =
  'button, a, input, select, textarea, [role="slider"], [role="switch"], [role="menuitem"], [contenteditable="true"]';

/** While push-to-talk is on: heard as long as the key is held, and never longer than this window sees it held. */
export function usePushToTalk(): void {
  const { store, talk } = useSession();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { settings } = store.getState();
      if (settings?.pushToTalk !== true || event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      const press = {
        code: event.code,
        repeat: event.repeat,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        inField: (target?.closest(fields) ?? null) !== null,
        onStage: (target?.closest('[data-stage]') ?? null) !== null && (target?.closest(pressed) ?? null) === null,
      };
      // A repetition scrolls or types as much as the press itself would have.
      if (isTalkPress({ ...press, repeat: false }, settings.pushToTalkKey) && (talk.isOn || talk.press())) event.preventDefault();
    };
    const onKeyUp = ({ code }: KeyboardEvent) => {
      if (code === store.getState().settings?.pushToTalkKey) talk.release();
    };
    // A window that loses the keyboard hears of no release: to be on the safe side, that is one.
    const release = () => talk.release();
    addEventListener('keydown', onKeyDown);
    addEventListener('keyup', onKeyUp);
    addEventListener('blur', release);
    document.addEventListener('visibilitychange', release);
    return () => {
      removeEventListener('keydown', onKeyDown);
      removeEventListener('keyup', onKeyUp);
      removeEventListener('blur', release);
      document.removeEventListener('visibilitychange', release);
      talk.release();
    };
  }, [store, talk]);
}
