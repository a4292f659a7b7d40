/** The part of hyperdht 6.34 and dht-rpc 6.27 that we use. IPv4 only. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** A key pair as Noise and the announcer take it: a whole secret key, or a scalar with its own way of signing (tweaked keys). */
export type DhtKeyPair =
  | { readonly publicKey: Buffer; readonly secretKey: Buffer }
  | { readonly publicKey: Buffer; readonly scalar: Buffer; sign(message: Uint8Array): Buffer };

export interface DhtReply {
  readonly from: NodeAddress & { readonly id: Buffer | null };
  /** Our own address as the replying node saw it. */
  readonly to: NodeAddress;
  readonly token: Buffer | null;
  readonly closerNodes: readonly NodeAddress[] | null;
  readonly error: number;
  readonly value: Buffer | null;
  /** Milliseconds. */
  readonly rtt: number;
}

/** A request of another node. `token` is set only if it is one we gave to that very host a moment ago. */
export interface DhtRequest {
  readonly from: NodeAddress & { readonly id: Buffer | null };
  readonly command: number;
  readonly target: Buffer | null;
  readonly token: Buffer | null;
  readonly value: Buffer | null;
  reply(value: Uint8Array | null, options?: { readonly token?: boolean; readonly closerNodes?: boolean }): void;
}

export interface RequestMessage {
  readonly command: number;
  readonly target: Uint8Array;
  readonly value: Uint8Array | null;
  readonly token?: Uint8Array | null;
}

/** Where a datagram came from. */
export interface DatagramSource {
  readonly host: string;
  readonly port: number;
}

/** The UDP socket under connections. It tells with `message` every datagram that is no packet of a connection of its own. */
export interface UdxSocket {
  /** Without waiting. The bytes must stay as they are until the system has taken them. */
  trySend(datagram: Uint8Array, port: number, host: string): void;
  on(event: 'message', listener: (datagram: Buffer, from: DatagramSource) => void): this;
  removeListener(event: 'message', listener: (datagram: Buffer, from: DatagramSource) => void): this;
}

/** What lies under an encrypted connection. */
export interface RawStream {
  readonly remoteHost: string;
  readonly remotePort: number;
  /** Null before it is connected and after it is closed. */
  readonly socket: UdxSocket | null;
  /** Smoothed round-trip time, milliseconds; 0: not measured yet. */
  readonly rtt: number;
}

/** One encrypted connection: every `write` arrives as one `data`. */
export interface SecretStream {
  readonly publicKey: Buffer;
  readonly remotePublicKey: Buffer;
  /** 64 bytes, known after `opened`. */
  readonly handshakeHash: Buffer;
  readonly isInitiator: boolean;
  readonly destroyed: boolean;
  readonly destroying: boolean;
  readonly rawStream: RawStream | null;
  /** False if it was destroyed before it opened. */
  readonly opened: Promise<boolean>;
  write(message: Uint8Array): boolean;
  /** Beside the ordered messages: one encrypted datagram that may be lost, doubled or late; the other end's `message`. */
  trySend(datagram: Uint8Array): void;
  /** Ends it when nothing was heard for so long. */
  setTimeout(limitMs: number): void;
  end(): void;
  destroy(error?: Error): void;
  flush(): Promise<boolean>;
  pause(): void;
  resume(): void;
  /** Puts a message back in front: it is the next `data`. */
  unshift(message: Uint8Array): void;
  on(event: 'data' | 'message', listener: (message: Buffer) => void): this;
  on(event: 'close' | 'end' | 'handshake' | 'drain', listener: () => void): this;
  once(event: 'drain', listener: () => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  removeListener(event: 'data' | 'message', listener: (message: Buffer) => void): this;
}

export interface DhtServer {
  readonly publicKey: Buffer | null;
  readonly relayAddresses: readonly NodeAddress[];
  on(event: 'connection', listener: (stream: SecretStream) => void): this;
  listen(keyPair: DhtKeyPair): Promise<unknown>;
  refresh(): void;
  close(): Promise<void>;
}

/** What a dialer says beside its key. */
export interface DialerPayload {
  /** It asks to be met at the relay with this listening key. */
  readonly relayThrough: { readonly publicKey: Buffer } | null;
}

export interface ServerOptions {
  /**
   * Asked before anything is computed for a handshake; false: no answer. Once for each, however often it is repeated.
   * @param from the dialer, as far as anybody said; @param via who handed it on (the dialer itself, or a node of the DHT)
   */
  readonly admit: (from: NodeAddress, via: NodeAddress) => boolean;
  /** True refuses the handshake without an answer. */
  readonly firewall: (remotePublicKey: Buffer, payload: DialerPayload, from: NodeAddress) => boolean;
}

export interface TopicPeer {
  readonly publicKey: Buffer;
  readonly relayAddresses: readonly NodeAddress[];
}
