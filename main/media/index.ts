export { createMediaClient, type AudioFiles, type MediaClient, type NetworkCheck } from './media-client.ts';
export { mediaBootSchema, type DeviceEvent, type MediaBoot, type NetworkFigures } from './protocol.ts';
export { decodeWav, encodeWav } from './devices/index.ts';
