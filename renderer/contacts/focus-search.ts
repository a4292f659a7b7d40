import { flushSync } from 'react-dom';
import { searchFieldId } from './search-box.tsx';

/** Shows the list (`show` changes what has to change for that) and puts the focus into its search field, before the next key is read. */
export function focusSearch(show: () => void): void {
  flushSync(show);
  document.getElementById(searchFieldId)?.focus();
}
