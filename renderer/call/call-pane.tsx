import type { ReactNode } from 'react';
import { isOver, useUi } from '../state/index.ts';
import { Ended } from './ended.tsx';
import { Stage } from './stage.tsx';

/** The pane of a call: the stage while it lasts, its end in words after. */
export function CallPane({ id }: { id: string }): ReactNode {
  const call = useUi((state) => state.calls.get(id));
  if (call === undefined) return null;
  return isOver(call) ? <Ended call={call} /> : <Stage key={call.id} call={call} />;
}
