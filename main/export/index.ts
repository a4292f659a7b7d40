export { conversationPart, type Participants } from './conversation-file.ts';
export { htmlForm } from './conversation-html.ts';
export { conversationFileSchema, jsonForm } from './conversation-json.ts';
export { readArchive, type ReadBytes } from './read-archive.ts';
export { beginArchive, type ArchiveSource, type ArchiveWriter } from './write-archive.ts';
