export { CallBar } from './call-bar.tsx';
export { CallPane } from './call-pane.tsx';
export { ChatPanel } from './chat-panel.tsx';
export { DetailsPanel } from './details-panel.tsx';
export { EchoTest } from './echo-test.tsx';
export { EndedStrips } from './ended-strips.tsx';
export { IncomingCard } from './incoming-card.tsx';
export { useMovingStrings } from './use-moving-strings.ts';
