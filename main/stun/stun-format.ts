/** Numbers of STUN (RFC 8489) and TURN (RFC 8656) as they stand on the wire. */

export const magicCookie = 0x2112a442;
export const headerBytes = 20;
export const transactionIdBytes = 12;

/** Nothing that a client has to ask, or a peer to say in one datagram of an ordinary path, is longer. */
export const maxStunBytes = 1_600;

/** More attributes than any request has; the rest would only cost time. */
export const maxAttributes = 32;

export const method = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;

export type StunClass = 'request' | 'indication' | 'success' | 'error';

/** The two class bits stand apart, between the bits of the method (RFC 8489 §5). */
export const classBits: Readonly<Record<StunClass, number>> = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 };

export const attribute = {
  /** Of behaviour discovery, as are RESPONSE-ORIGIN and OTHER-ADDRESS (RFC 5780 §7). */
  changeRequest: 0x0003,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  evenPort: 0x0018,
  requestedTransport: 0x0019,
  dontFragment: 0x001a,
  messageIntegritySha256: 0x001c,
  passwordAlgorithm: 0x001d,
  xorMappedAddress: 0x0020,
  reservationToken: 0x0022,
  priority: 0x0024,
  useCandidate: 0x0025,
  additionalAddressFamily: 0x8000,
  addressErrorCode: 0x8001,
  passwordAlgorithms: 0x8002,
  /** RFC 8656 §18.13. */
  icmp: 0x8004,
  software: 0x8022,
  fingerprint: 0x8028,
  /** Of ICE, as are PRIORITY and USE-CANDIDATE (RFC 8445 §16.1). */
  iceControlled: 0x8029,
  iceControlling: 0x802a,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
  /** Counts the nominations of a call, so that the latest counts whatever arrives last (draft-thatcher-ice-renomination). */
  nomination: 0xc001,
  /** Ours alone: who asks does not hear us on the pair that media uses. */
  doubt: 0xc002,
} as const;

/** From here on an attribute that is not known may be passed over (RFC 8489 §14). */
export const firstOptional = 0x8000;

/** The error codes that are given here (RFC 8489 §14.8, RFC 8656 §19, RFC 8445 §16.2). */
export type ErrorCode = 400 | 401 | 403 | 420 | 437 | 438 | 440 | 441 | 442 | 443 | 486 | 487 | 508;
