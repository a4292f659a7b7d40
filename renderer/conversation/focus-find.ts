import { flushSync } from 'react-dom';

/** The field that Ctrl F looks for. */
export const findFieldId = 'message-find';

/** Shows the search of the open conversation (`show` changes what has to change for that), with the focus in its field before the next key is read. */
export function focusFind(show: () => void): void {
  flushSync(show);
  const field = document.getElementById(findFieldId);
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
}
