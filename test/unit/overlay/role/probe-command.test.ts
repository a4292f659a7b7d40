import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNetworks } from '../../../../main/overlay/networks.ts';
import { createLeavingAnswerer, leavingCommand } from '../../../../main/overlay/role/leaving.ts';
import {
  createProbeAnswerer,
  decodeKnock,
  decodeProbeQuestion,
  encodeKnock,
  encodeProbeQuestion,
  probeAnswers,
  probeCommand,
} from '../../../../main/overlay/role/probe-command.ts';
import type { HostPort } from '../../../../main/ports/host-port.ts';

const networks = createNetworks({ privateAddressesCountPerNode: false });
const nonce = new Uint8Array(16).fill(7);
const asker = { host: '5.6.7.8', port: 40_000, id: null };
const token = Buffer.alloc(32, 1);

interface Answer {
  readonly value: Uint8Array | null;
  readonly token: boolean;
}

function ask(
  answerer: (request: never) => boolean,
  changes: object,
): { readonly isOurs: boolean; readonly answers: readonly Answer[] } {
  const answers: Answer[] = [];
  const request = {
    from: asker,
    command: probeCommand,
    target: null,
    token: null,
    value: null,
    reply: (value: Uint8Array | null, options?: { token?: boolean }) => answers.push({ value, token: options?.token ?? false }),
    ...changes,
  };
  // The answerers take no more of a request than this.
  return { isOurs: answerer(request as never), answers };
}

function openProbe(isSupernode = true) {
  const dialed: { readonly to: HostPort; readonly knock: Uint8Array }[] = [];
  let nowMs = 0;
  const answerer = createProbeAnswerer({
    networks,
    isSupernode: () => isSupernode,
    dial: (to, knock) => dialed.push({ to, knock }),
    nowMs: () => nowMs,
  });
  return { answerer, dialed, pass: (ms: number) => (nowMs += ms) };
}

describe('a supernode that is asked to dial', () => {
  it('dials the asker, at the port that it names and at no other address', () => {
    const { answerer, dialed } = openProbe();
    const value = Buffer.from(encodeProbeQuestion({ port: 50_000, nonce }));
    expect(ask(answerer, { token, value }).answers).toEqual([{ value: Uint8Array.of(probeAnswers.dialing), token: false }]);
    expect(dialed).toEqual([{ to: { host: '5.6.7.8', port: 50_000 }, knock: encodeKnock(nonce) }]);
  });

  it('gives only a token to whoever has not shown that the address is his', () => {
    const { answerer, dialed } = openProbe();
    const value = Buffer.from(encodeProbeQuestion({ port: 50_000, nonce }));
    expect(ask(answerer, { value }).answers).toEqual([{ value: null, token: true }]);
    expect(dialed).toEqual([]);
  });

  it('sends less than it was sent', () => {
    const question = encodeProbeQuestion({ port: 50_000, nonce });
    // Two knocks against two requests, each with a target and one with a token of 32 bytes.
    expect(2 * encodeKnock(nonce).byteLength).toBeLessThan(question.byteLength + token.byteLength + 2 * 32);
  });

  it('knocks at no port of services', () => {
    const { answerer, dialed } = openProbe();
    for (const port of [0, 22, 53, 443, 1_023, 65_536]) {
      const value = Buffer.from(encodeProbeQuestion({ port, nonce }));
      expect(ask(answerer, { token, value }).answers[0]?.value).toEqual(Uint8Array.of(probeAnswers.busy));
    }
    expect(dialed).toEqual([]);
  });

  it('dials for one network a few times, for all a bounded number of times, and again later', () => {
    const { answerer, dialed, pass } = openProbe();
    const value = Buffer.from(encodeProbeQuestion({ port: 50_000, nonce }));
    for (let port = 0; port < 50; port += 1) ask(answerer, { token, value, from: { ...asker, port: 2_000 + port } });
    expect(dialed).toHaveLength(3);
    for (let net = 0; net < 200; net += 1) ask(answerer, { token, value, from: { ...asker, host: `9.9.${net}.1` } });
    expect(dialed).toHaveLength(20);
    pass(10_000);
    expect(ask(answerer, { token, value }).answers[0]?.value).toEqual(Uint8Array.of(probeAnswers.dialing));
  });

  it('is silent about it as a client', () => {
    const { answerer } = openProbe(false);
    expect(ask(answerer, { token })).toEqual({ isOurs: false, answers: [] });
    expect(ask(answerer, { command: 100 }).isOurs).toBe(false);
  });
});

describe('a node that says that it leaves', () => {
  it('is dropped, itself and nobody else, once its address is proved', () => {
    const dropped: HostPort[] = [];
    const answerer = createLeavingAnswerer({ networks, drop: (node) => dropped.push(node), nowMs: () => 0 });
    expect(ask(answerer, { command: leavingCommand }).answers).toEqual([{ value: null, token: true }]);
    expect(dropped).toEqual([]);
    ask(answerer, { command: leavingCommand, token });
    expect(dropped).toEqual([{ host: asker.host, port: asker.port }]);
    for (let again = 0; again < 50; again += 1) ask(answerer, { command: leavingCommand, token });
    expect(dropped).toHaveLength(5);
  });
});

describe('what is not a question or a knock', () => {
  it('is refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const question = decodeProbeQuestion(bytes);
        const knock = decodeKnock(bytes);
        // What is understood is in the one form that it is written in.
        return (
          (question === null || Buffer.compare(encodeProbeQuestion(question), bytes) === 0) &&
          (knock === null || Buffer.compare(encodeKnock(knock), bytes) === 0)
        );
      }),
    );
    expect(decodeKnock(encodeKnock(nonce))).toEqual(nonce);
    expect(decodeKnock(encodeKnock(nonce).subarray(1))).toBeNull();
  });
});
