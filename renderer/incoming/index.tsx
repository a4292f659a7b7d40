import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { IncomingApi } from '../../preload/contract/index.ts';
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has nothing to assign
import '../ui/app.css';
import { IncomingCall } from './incoming-call.tsx';

/** Shows who rings, as the shell passes it on from the page. */
export function startIncomingWindow(root: HTMLElement, api: IncomingApi): void {
  const tree = createRoot(root);
  api.onCaller((caller) => {
    const { documentElement: page } = document;
    page.dir = caller.direction;
    if (caller.theme === 'system') delete page.dataset['theme'];
    else page.dataset['theme'] = caller.theme;
    page.dataset['strings'] = caller.isMoving ? 'moving' : 'still';
    document.title = caller.words.label;
    tree.render(
      <StrictMode>
        <IncomingCall caller={caller} onAct={(act) => api.act(act)} />
      </StrictMode>,
    );
  });
}
