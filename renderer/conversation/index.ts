export { Chat } from './chat.tsx';
export { Conversation } from './conversation.tsx';
