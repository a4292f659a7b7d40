import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { SessionProvider, startSession, type UiAudio, type UiBridge } from '../state/index.ts';
import { startStrings } from '../strings/index.ts';
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has nothing to assign
import '../ui/app.css';
import { App } from './app.tsx';

/** Shows Lilliput in `root`, over a connected bridge and the page's sound. The returned function takes it down. */
export function startApp(root: HTMLElement, bridge: UiBridge, audio: UiAudio): () => void {
  const session = startSession(bridge, audio, startStrings());
  const tree = createRoot(root);
  tree.render(
    <StrictMode>
      <SessionProvider session={session}>
        <App />
      </SessionProvider>
    </StrictMode>,
  );
  return () => {
    tree.unmount();
    session.stop();
  };
}
