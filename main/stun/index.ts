export {
  channelHeaderBytes,
  channelLength,
  firstChannel,
  isChannelData,
  isChannelNumber,
  lastChannel,
  readChannel,
  writeChannelHeader,
} from './channel-data.ts';
export { hasIntegrity, longTermKey, passwordAlgorithmNumbers, type PasswordAlgorithm } from './integrity.ts';
export {
  attribute,
  firstOptional,
  headerBytes,
  magicCookie,
  maxStunBytes,
  method,
  transactionIdBytes,
  type ErrorCode,
  type StunClass,
} from './stun-format.ts';
export {
  addressesOf,
  findAttribute,
  numberOf,
  plainAddressOf,
  readStun,
  valueOf,
  type StunAttribute,
  type StunMessage,
} from './stun-reader.ts';
export { StunWriter, type IntegrityKey } from './stun-writer.ts';
export {
  addressBytes,
  bytesOfHost,
  familyOfNumber,
  hostOfBytes,
  networkOfHost,
  type Family,
  type TransportAddress,
} from './transport-address.ts';
export { maxFrameBytes, StreamFrames } from './stream-frames.ts';
