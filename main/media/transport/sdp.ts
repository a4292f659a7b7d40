import { anyPacking, type PackingLimits } from '../packing-limits.ts';
import { parseCandidate, type IceCandidate } from './candidate-line.ts';

/** What one side of a call says about its media: the part of SDP that a call of ours consists of. */
export interface MediaDescription {
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** `sha-256 AB:CD:…`, upper case. */
  readonly fingerprint: string;
  readonly setup: 'actpass' | 'active' | 'passive';
  readonly opusPayloadType: number;
  /** RFC 2198 redundancy of that Opus; null: not spoken. */
  readonly redPayloadType: number | null;
  /** Reads RFC 8888 congestion control feedback, in RTCP of reduced size (RFC 5506). */
  readonly congestionFeedback: boolean;
  /** What its writer wants to be sent. */
  readonly packing: PackingLimits;
  readonly ssrc: number | null;
  /** 32 random bytes, base64url: proves over the finished DTLS that it is the one this signalling spoke of. */
  readonly binding: string | null;
  readonly candidates: readonly IceCandidate[];
}

export const sdpMaxChars = 8192;
/** RFC 7587 §6.1: Opus is not asked for less. */
const leastBitrateBps = 6_000;
/** A peer that names more places than this is not describing a computer. */
export const maxCandidates = 40;

/** RFC 8866 SDP with one bundled Opus m-line, as any WebRTC stack reads it; our own attribute is ignored by others. */
export function writeSdp(media: MediaDescription, sessionId: string): string {
  const { opusPayloadType: opus, redPayloadType: red, packing } = media;
  const lines = [
    'v=0',
    `o=- ${sessionId} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${opus}${red === null ? '' : ` ${red}`}`,
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=ice-options:trickle',
    `a=ice-ufrag:${media.iceUfrag}`,
    `a=ice-pwd:${media.icePwd}`,
    `a=fingerprint:${media.fingerprint}`,
    `a=setup:${media.setup}`,
    `a=rtpmap:${opus} opus/48000/2`,
    `a=fmtp:${opus} minptime=${packing.shortestMs};useinbandfec=1;stereo=0${mostRate(packing)}`,
    'a=ptime:20',
  ];
  if (packing.longestMs !== anyPacking.longestMs) lines.push(`a=maxptime:${packing.longestMs}`);
  if (red !== null) lines.push(`a=rtpmap:${red} red/48000/2`, `a=fmtp:${red} ${opus}/${opus}`);
  if (media.congestionFeedback) lines.push('a=rtcp-rsize', 'a=rtcp-fb:* ack ccfb');
  if (media.ssrc !== null) lines.push(`a=ssrc:${media.ssrc} cname:lilliput`);
  if (media.binding !== null) lines.push(`a=x-lilliput-binding:${media.binding}`);
  for (const candidate of media.candidates) lines.push(`a=${candidateText(candidate)}`);
  return `${lines.join('\r\n')}\r\n`;
}

const mostRate = ({ mostBps }: PackingLimits): string => (mostBps === anyPacking.mostBps ? '' : `;maxaveragebitrate=${mostBps}`);

export const candidateText = ({ foundation, priority, address, port, type }: IceCandidate): string =>
  `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}`;

/** Reads what `writeSdp` or another WebRTC stack wrote; null if a part we need is missing or malformed. */
export function parseSdp(sdp: string): MediaDescription | null {
  if (sdp.length > sdpMaxChars) return null;
  const lines = sdp.split(/\r?\n/u);
  const one = (shape: RegExp): string | null => {
    for (const line of lines) {
      const match = shape.exec(line);
      if (match !== null) return match[1] ?? null;
    }
    return null;
  };
  if (lines.filter((line) => line.startsWith('m=')).length !== 1 || one(/^m=audio (\d+) UDP\/TLS\/RTP\/SAVPF /u) === null)
    return null;
  const iceUfrag = one(/^a=ice-ufrag:([A-Za-z0-9+/]{4,256})$/u);
  const icePwd = one(/^a=ice-pwd:([A-Za-z0-9+/]{22,256})$/u);
  const fingerprint = one(/^a=fingerprint:(sha-256 (?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$/u);
  const setup = one(/^a=setup:(actpass|active|passive)$/u);
  const payloadType = Number(one(/^a=rtpmap:(\d{1,3}) opus\/48000\/2$/iu) ?? Number.NaN);
  if (iceUfrag === null || icePwd === null || fingerprint === null || !(payloadType >= 0 && payloadType <= 127)) return null;
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') return null;
  const ssrcText = one(/^a=ssrc:(\d{1,10}) /u);
  const ssrc = ssrcText === null ? null : Number(ssrcText);
  if (ssrc !== null && ssrc > 0xff_ff_ff_ff) return null;
  const candidates = lines
    .filter((line) => line.startsWith('a=candidate:'))
    .map(parseCandidate)
    .filter((candidate) => candidate !== null)
    .slice(0, maxCandidates);
  return {
    iceUfrag,
    icePwd,
    fingerprint: `sha-256 ${fingerprint.slice('sha-256 '.length).toUpperCase()}`,
    setup,
    opusPayloadType: payloadType,
    redPayloadType: readRed(one, payloadType),
    congestionFeedback:
      lines.includes('a=rtcp-rsize') && one(new RegExp(`^a=rtcp-fb:(\\*|${payloadType}) ack ccfb$`, 'iu')) !== null,
    packing: readPacking(one, payloadType),
    ssrc,
    binding: one(/^a=x-lilliput-binding:([A-Za-z0-9_-]{43})$/u),
    candidates,
  };
}

/** RFC 2198 §5: the payload type named `red`, if its blocks are all of our Opus; other mixtures are not ours to read. */
function readRed(one: (shape: RegExp) => string | null, opus: number): number | null {
  const red = Number(one(/^a=rtpmap:(\d{1,3}) red\/48000\/2$/iu) ?? Number.NaN);
  if (!(red <= 127) || red === opus) return null;
  return one(new RegExp(`^a=fmtp:${red} (${opus}(?:/${opus})+)$`, 'u')) === null ? null : red;
}

/** What is missing or makes no sense is as if nothing had been said. */
function readPacking(one: (shape: RegExp) => string | null, opus: number): PackingLimits {
  const parameters = one(new RegExp(`^a=fmtp:${opus} (.*)$`, 'iu')) ?? '';
  const within = (text: string | null | undefined, least: number, most: number, otherwise: number): number => {
    const value = Number(text ?? Number.NaN);
    return Number.isInteger(value) && value >= least && value <= most ? value : otherwise;
  };
  const parameter = (name: string): string | undefined =>
    new RegExp(`(?:^|;)\\s*${name}=(\\d{1,6})\\s*(?:;|$)`, 'iu').exec(parameters)?.[1];
  const { shortestMs, longestMs, mostBps } = anyPacking;
  const shortest = within(parameter('minptime'), shortestMs, longestMs, shortestMs);
  return {
    shortestMs: shortest,
    longestMs: within(one(/^a=maxptime:(\d{1,3})$/iu), shortest, longestMs, longestMs),
    mostBps: within(parameter('maxaveragebitrate'), leastBitrateBps, mostBps, mostBps),
  };
}
