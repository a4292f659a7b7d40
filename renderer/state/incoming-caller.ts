import type { CallView, IncomingCaller } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { callerName } from './people.ts';
import { pictureIdOf } from './pictures.ts';
import type { UiState } from './store.ts';

/** UTF-16 units of a name in a small window; longer than any of ours. */
const nameMost = 120;
/** What that window takes of a picture: 64 KiB in base64, and its kind. */
const pictureMost = 100_000;

/** What the small window of somebody who rings shows. */
export function incomingCaller(
  words: Words,
  state: UiState,
  call: CallView,
  look: Pick<IncomingCaller, 'direction' | 'isMoving'>,
): IncomingCaller {
  const name = callerName(call, state.contacts, words('call.echoName')).slice(0, nameMost);
  const id = pictureIdOf(state, call.accountKey);
  const picture = id === null ? null : (state.pictures.get(id) ?? null);
  return {
    ...look,
    name,
    accountKey: call.accountKey,
    isChecked: (state.contacts.get(call.accountKey)?.verifiedMs ?? null) !== null,
    picture: picture !== null && picture.length <= pictureMost ? picture : null,
    theme: state.settings?.theme ?? 'system',
    words: {
      title: words('panes.miniTitle'),
      isCalling: words('call.isCalling'),
      label: words('call.callingYou', { name }),
      checked: words('safety.mark'),
      answer: words('call.answer'),
      decline: words('call.decline'),
      write: words('call.write'),
      silence: words('desktop.silence'),
    },
  };
}
