export { chatProtocol, chatWireLimits, decodeChatMessage, encodeAck, encodePost, encodeTyping } from './chat-wire.ts';
export { createChat, maxWaiting, type Chat, type ChatChange, type ChatHabits, type ChatOptions } from './chat.ts';
export { type HeardPost, type Post, type PostBody } from './post.ts';
