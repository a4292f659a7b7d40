export { Chat } from './chat.tsx';
export { focusFind } from './focus-find.ts';
export { Conversation } from './conversation.tsx';
