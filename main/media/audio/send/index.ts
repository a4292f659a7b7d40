export { createAudioSender, type AudioSender, type SenderStatistics } from './audio-sender.ts';
