export { createMediaClient, type AudioFiles, type MediaClient } from './media-client.ts';
export { mediaBootSchema, type DeviceEvent, type MediaBoot } from './protocol.ts';
export { decodeWav, encodeWav } from './devices/index.ts';
