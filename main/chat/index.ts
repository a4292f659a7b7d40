export { chatProtocol, chatWireLimits, decodeChatMessage, encodeAck, encodeText } from './chat-wire.ts';
export { createChat, maxWaiting, type Chat, type ChatChange, type ChatOptions } from './chat.ts';
