export type { HearingReport } from './hearing-report.ts';
export { createDtlsIdentity, type DtlsIdentity } from './dtls-identity.ts';
export {
  createMediaTransport,
  failedAfterMs,
  interruptedAfterMs,
  opusPayloadType,
  type MediaTransport,
  type RemoteDescription,
  type TransportEvents,
} from './media-transport.ts';
export { candidateMaxChars } from './candidate-line.ts';
export { parseSdp, sdpMaxChars } from './sdp.ts';
