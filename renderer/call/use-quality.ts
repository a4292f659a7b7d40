import type { CallQuality, CallView } from '../../preload/contract/index.ts';
import { useUi } from '../state/index.ts';

/** The quality to show: the same everywhere, and steady for three seconds before its word changes. */
export const useQuality = (call: CallView): CallQuality | null => useUi((state) => state.shownQuality.get(call.id) ?? null);
