/** Opus always runs at its own full rate here; mono, because a voice has one source. */
export const opusSampleRate = 48_000;
/** 20 ms: the frame everybody's jitter buffer likes, and the shortest at which in-band FEC is worth its bits. */
export const opusFrameSamples = 960;
/** RFC 6716 §3.4: a single frame is at most 1275 bytes; longer packets are refused. */
export const opusMaxPacketBytes = 1275;
