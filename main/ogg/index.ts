export { encodeOggPage, oggChecksum, oggFlags, oggMaxSegments, segmentsOf, type OggPage } from './ogg-page.ts';
export { readOggPages, type ReadOggPage } from './read-ogg-pages.ts';
export { opusPacketSamples } from './opus-packet.ts';
export { judgeVoiceFile, type VoiceFileFault, type VoiceFileVerdict } from './voice-file.ts';
