export { CodeReader } from './code-reader.tsx';
export { QrImage, qrPng } from './qr-image.tsx';
export { SafetyDigits } from './safety-digits.tsx';
export { useSafety } from './use-safety.ts';
