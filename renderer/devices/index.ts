export { DeviceFields } from './device-fields.tsx';
export { VolumeField } from './volume-field.tsx';
