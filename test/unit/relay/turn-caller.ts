import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { HostPort } from '../../../main/ports/host-port.ts';
import {
  attribute,
  longTermKey,
  method,
  readStun,
  StunWriter,
  valueOf,
  type TransportAddress,
} from '../../../main/stun/index.ts';
import { readAnswer, udpWanted, udpWantedAtLength, type Answer } from './stage.ts';

/** How long an answer is waited for before the request is sent again, and how often. */
const patienceMs = 250;
const repeats = 20;

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** A TURN client on a real UDP socket, one request at a time. */
export class TurnCaller {
  readonly socket: Socket;
  readonly #server: HostPort;
  readonly #account: Account;
  #realm = '';
  #nonce = '';
  #transaction = 0;
  #hear: ((bytes: Buffer) => void) | null = null;
  /** What came that is no answer: channel data, and Data indications whole. */
  readonly got: Buffer[] = [];
  /** Where the last answer came from. */
  from: HostPort | null = null;

  private constructor(socket: Socket, server: HostPort, account: Account) {
    this.socket = socket;
    this.#server = server;
    this.#account = account;
    socket.on('message', (bytes, from) => {
      const message = readStun(bytes);
      if (message === null || message.class === 'indication') this.got.push(bytes);
      else {
        this.from = { host: from.address, port: from.port };
        this.#hear?.(bytes);
      }
    });
  }

  /** @param at where it asks from; port 0 is any */
  static async open(server: HostPort, account: Account, at: HostPort): Promise<TurnCaller> {
    const socket = createSocket({ type: isIPv6(at.host) ? 'udp6' : 'udp4' });
    socket.bind(at.port, at.host);
    await once(socket, 'listening');
    return new TurnCaller(socket, server, account);
  }

  get at(): TransportAddress {
    const { address, port } = this.socket.address();
    return { family: isIPv6(address) ? 6 : 4, host: address, port };
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes, this.#server.port, this.#server.host);
  }

  /** A request as it is. @throws Error where no answer comes, however often it is repeated */
  async ask(kind: number, write: (writer: StunWriter) => void, sign = true): Promise<Answer> {
    const bytes = this.#request(kind, write, sign);
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      // oxlint-disable-next-line no-await-in-loop -- asked again only if nothing came
      const answer = await this.#once(bytes);
      if (answer !== null) return answer;
    }
    throw new Error('the server does not answer');
  }

  /** With the challenge first. @throws Error where it is refused */
  async allocate(write: (writer: StunWriter) => void = () => undefined): Promise<Answer> {
    const challenge = await this.ask(method.allocate, udpWantedAtLength, false);
    this.#realm = valueOf(challenge.message, attribute.realm)?.toString() ?? '';
    this.#nonce = valueOf(challenge.message, attribute.nonce)?.toString() ?? '';
    return this.ask(method.allocate, (writer) => {
      udpWanted(writer);
      write(writer);
    });
  }

  permit(peer: TransportAddress): Promise<Answer> {
    return this.ask(method.createPermission, (writer) => writer.address(attribute.xorPeerAddress, peer));
  }

  bind(number: number, peer: TransportAddress): Promise<Answer> {
    return this.ask(method.channelBind, (writer) => {
      writer.number(attribute.channelNumber, number << 16);
      writer.address(attribute.xorPeerAddress, peer);
    });
  }

  sendIndication(peer: TransportAddress, data: Uint8Array, isWhole = false): void {
    const buffer = Buffer.alloc(2_000);
    const writer = new StunWriter(buffer, method.send, 'indication', this.#nextTransaction());
    writer.address(attribute.xorPeerAddress, peer);
    writer.bytes(attribute.data, data);
    if (isWhole) writer.bytes(attribute.dontFragment, new Uint8Array());
    this.send(buffer.subarray(0, writer.finish(null, false)));
  }

  sendChannel(number: number, data: Uint8Array): void {
    const bytes = Buffer.alloc(4 + data.length);
    bytes.writeUInt16BE(number, 0);
    bytes.writeUInt16BE(data.length, 2);
    bytes.set(data, 4);
    this.send(bytes);
  }

  #once(bytes: Buffer): Promise<Answer | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), patienceMs);
      this.#hear = (answer) => {
        if (!answer.subarray(8, 20).equals(bytes.subarray(8, 20))) return;
        clearTimeout(timer);
        resolve(readAnswer(answer));
      };
      this.send(bytes);
    });
  }

  #request(kind: number, write: (writer: StunWriter) => void, sign: boolean): Buffer {
    const { username, password } = this.#account;
    const buffer = Buffer.alloc(1_400);
    const writer = new StunWriter(buffer, kind, 'request', this.#nextTransaction());
    write(writer);
    if (!sign) return buffer.subarray(0, writer.finish(null, false));
    writer.text(attribute.username, username);
    writer.text(attribute.realm, this.#realm);
    writer.text(attribute.nonce, this.#nonce);
    const key = longTermKey('md5', username, this.#realm, password);
    return buffer.subarray(0, writer.finish({ key, kind: 'sha1' }, true));
  }

  #nextTransaction(): Buffer {
    this.#transaction += 1;
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(this.#transaction, 8);
    return bytes;
  }
}
