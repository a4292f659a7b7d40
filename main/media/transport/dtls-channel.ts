import {
  DtlsClient,
  DtlsServer,
  keyLength,
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  saltLength,
} from 'werift';
import { bindingExporterBytes, bindingExporterLabel } from './channel-binding.ts';
import { fingerprintOf, type DtlsIdentity } from './dtls-identity.ts';
import type { IceAgent } from '../ice/ice-agent.ts';
import { createRepeatFilter } from './handshake-repeats.ts';
import { createSrtp, type Srtp } from './srtp.ts';

/** What a finished handshake gives. */
export interface SecureChannel {
  readonly srtp: Srtp;
  readonly exporter: Buffer;
  readonly sendData: (data: Buffer) => void;
}

export interface DtlsChannelOptions {
  readonly identity: DtlsIdentity;
  readonly role: 'client' | 'server';
  readonly ice: IceAgent;
  /** `sha-256 AB:…` as the signalling said. */
  readonly remoteFingerprint: string;
  /** Monotonic. */
  nowMs(): number;
  onData(data: Buffer): void;
  onReady(channel: SecureChannel): void;
  onFailed(detail: string): void;
}

export interface DtlsChannel {
  /** Call when ICE is up: the client's first flight leaves, and what the server had to say to one that came before. */
  connect(): void;
  /** Both sides are done: nothing more is read, so that nobody can meddle with a finished handshake. */
  finish(): void;
}

/** Datagrams of an answer: a flight. */
const maxHeld = 8;

/** RFC 7983 §7: first byte 20…63. */
const isDtls = (data: Buffer): boolean => {
  const first = data.length > 0 ? data.readUInt8(0) : 0;
  return first >= 20 && first <= 63;
};

/**
 * DTLS 1.2 with `use_srtp` (RFC 5764) over ICE. The server side may be created before ICE is up: it answers whenever the
 * client comes, so the client starts at once. (werift's own transport sleeps 100 ms in every call to get this order.)
 * The remote certificate must have the given fingerprint; see `channel-binding.ts` for what that is worth.
 */
export function openDtls(options: DtlsChannelOptions): DtlsChannel {
  const { identity, role, ice, remoteFingerprint, nowMs } = options;
  let listener: ((data: Buffer) => void) | null = null;
  const isRepeat = createRepeatFilter(role);
  /** The client's path opens first, by half a round trip: said again a second later, its first word would cost as much. */
  const held: Buffer[] = [];
  const send = (data: Buffer): void => {
    if (ice.path !== null) ice.send(data);
    else if (held.length < maxHeld) held.push(Buffer.from(data));
  };
  ice.onData((data) => {
    // werift goes on reading it after this call has returned.
    if (listener !== null && isDtls(data) && !isRepeat(data, nowMs())) listener(Buffer.from(data));
  });
  const common = {
    cert: identity.certPem,
    key: identity.keyPem,
    signatureHash: identity.signatureHash,
    srtpProfiles: [ProtectionProfileAeadAes128Gcm, ProtectionProfileAes128CmHmacSha1_80],
    extendedMasterSecret: true,
    transport: {
      type: 'ice',
      address: { address: '', family: '', port: 0 },
      closed: false,
      get onData() {
        return (data: Buffer): void => listener?.(data);
      },
      set onData(receive: (data: Buffer, from: readonly [string, number]) => void) {
        listener = (data) => receive(data, ['', 0]);
      },
      send: (data: Buffer): Promise<void> => Promise.resolve(send(data)),
      close: (): Promise<void> => Promise.resolve(),
    },
  };
  const socket = role === 'server' ? new DtlsServer({ ...common, certificateRequest: true }) : new DtlsClient(common);
  let over = false;
  const fail = (detail: string): void => {
    if (over) return;
    over = true;
    options.onFailed(detail);
  };
  socket.onError.subscribe((error) => fail(`DTLS: ${error instanceof Error ? error.message : 'failed'}`));
  socket.onData.subscribe((data) => options.onData(data));
  socket.onConnect.subscribe(() => {
    if (over) return;
    const certificate = socket.remoteCertificate;
    if (certificate === undefined) return fail('DTLS: the other side showed no certificate');
    if (fingerprintOf(certificate) !== remoteFingerprint) return fail('DTLS: the certificate is not the one that was announced');
    // RFC 7627: without it two handshakes can be made to share their secrets, and the binding would bind nothing.
    if (!socket.dtls.remoteExtendedMasterSecret) return fail('DTLS: the other side does not bind its secrets to the handshake');
    const profile = socket.srtp.srtpProfile;
    if (profile === undefined) return fail('DTLS: no SRTP profile in common');
    over = true;
    const keys = socket.extractSessionKeys(keyLength(profile), saltLength(profile));
    options.onReady({
      srtp: createSrtp({
        profile: profile === ProtectionProfileAeadAes128Gcm ? 'AEAD_AES_128_GCM' : 'AES128_CM_HMAC_SHA1_80',
        local: { key: keys.localKey, salt: keys.localSalt },
        remote: { key: keys.remoteKey, salt: keys.remoteSalt },
      }),
      exporter: socket.exportKeyingMaterial(bindingExporterLabel, bindingExporterBytes),
      sendData: (data) => void socket.send(data).catch((error: unknown) => fail(`DTLS: ${String(error)}`)),
    });
  });
  return {
    connect() {
      for (const data of held.splice(0)) ice.send(data);
      if (!(socket instanceof DtlsClient)) return;
      socket.connect().catch((error: unknown) => fail(`DTLS: ${error instanceof Error ? error.message : 'failed'}`));
    },
    finish() {
      listener = null;
    },
  };
}
