export { chatProtocol, chatWireLimits, decodeChatMessage, encodeAck, encodePost, encodeTyping } from './chat-wire.ts';
export { createChat, maxWaiting, type ChatHabits, type ChatOptions } from './chat.ts';
export { type Chat, type ChatChange } from './chat-face.ts';
export { type MissedCall } from './inbox.ts';
export { type OpenedLetter } from './mail-in.ts';
export { decodeMail, encodeMail, maxPostsInLetter, maxReceiptsInLetter, type Mail } from './mail-wire.ts';
export { type LetterCarrier } from './mailer.ts';
export { type HeardPost, type Post, type PostBody } from './post.ts';
