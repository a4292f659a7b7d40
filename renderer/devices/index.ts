export { DeviceFields } from './device-fields.tsx';
