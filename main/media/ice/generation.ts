import type { Random } from '../../ports/random.ts';

export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/** 48 and 144 random bits: RFC 8445 §5.3 asks for 24 and 128, as characters of base64. */
const ufragBytes = 6;
const pwdBytes = 18;

/** One round of credentials; a restart makes the next one, while what the one before found still carries media. */
export class Generation {
  readonly number: number;
  readonly local: IceCredentials;
  readonly localKey: Buffer;
  remote: IceCredentials | null = null;
  remoteKey: Buffer | null = null;
  /** When both sides' were known. */
  begunMs = 0;

  constructor(number: number, random: Random) {
    const text = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64');
    this.number = number;
    this.local = { ufrag: text(ufragBytes), pwd: text(pwdBytes) };
    this.localKey = Buffer.from(this.local.pwd);
  }

  begin(remote: IceCredentials, nowMs: number): void {
    this.remote = remote;
    this.remoteKey = Buffer.from(remote.pwd);
    this.begunMs = nowMs;
  }
}
