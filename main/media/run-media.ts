import { writeFile } from 'node:fs/promises';
import { createNoiseSuppressor } from '../../native-shims/noise/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import type { ProxyChoice } from '../ports/proxy-connect.ts';
import type { Random } from '../ports/random.ts';
import { createArrivalTrace, type ArrivalTrace } from './audio/index.ts';
import { createAudioHub } from './audio-hub.ts';
import { createCallSession, type CallSession } from './call-session.ts';
import { checkNetwork } from './check/check-network.ts';
import { createEchoDevice, createPageDevice, createWavDevice, type AudioDevice, type PcmChannel } from './devices/index.ts';
import { openPcmSocket, type PcmSocket } from './pcm-socket.ts';
import { systemNet } from './ice/edge/system-net.ts';
import { portChannel } from './pcm-port.ts';
import { toMediaMessageSchema, type FromMediaMessage, type MediaBoot, type ToMediaMessage } from './protocol.ts';
import { createDtlsIdentity } from './transport/index.ts';

export interface MediaParts {
  readonly boot: MediaBoot;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The loopback WebSocket is open. */
  readonly onPcmEndpoint: (url: string) => void;
}

export interface Media {
  /** The engine, anew after each restart of its process; the calls of the one before are over. */
  attachEngine(port: Port): void;
  /** A page's sound, anew after each reload; it replaces the page before. */
  attachPage(port: Port): void;
  stop(): Promise<void>;
}

/** More than anybody holds in parallel; a confused engine must not eat the computer. */
const maxCalls = 8;

export async function runMedia(parts: MediaParts): Promise<Media> {
  const { boot, clock, random, logger } = parts;
  const identity = await createDtlsIdentity();
  const calls = new Map<string, CallSession>();
  let engine: Port | null = null;
  let endpoint: string | null = null;
  let page: AudioDevice | null = null;
  let filesInUse = false;
  let tracePath: string | null = null;
  const traces = new Map<string, { readonly trace: ArrivalTrace; readonly path: string }>();
  let gain = 1;
  let proxy: ProxyChoice | null = null;
  /** The connection check that runs. */
  let check: { readonly requestId: number; readonly stop: AbortController } | null = null;

  const tell = (message: FromMediaMessage): void => engine?.post(message);
  const hub = createAudioHub(clock, {
    onMilestone: (type, callId, atMonotonicMs) => tell({ kind: 'device-event', event: { type, callId, atMonotonicMs } }),
  });

  function attachChannel(channel: PcmChannel): void {
    const device = createPageDevice(clock, channel);
    channel.onClose(() => {
      if (page !== device) return;
      page = null;
      if (!filesInUse) void hub.setDevice(null);
    });
    page = device;
    if (!filesInUse) void hub.setDevice(device);
  }

  async function useFiles(message: Extract<ToMediaMessage, { kind: 'use-files' }>): Promise<void> {
    const { playPath, recordPath, echo } = message;
    tracePath = message.tracePath;
    filesInUse = echo || playPath !== null || recordPath !== null;
    if (!filesInUse) return hub.setDevice(page);
    // The device before may be recording into the same file: it finishes first.
    await hub.setDevice(null);
    try {
      await hub.setDevice(
        echo ? createEchoDevice(clock) : await createWavDevice(clock, { playPath, recordPath }, boot.fileSkewPpm),
      );
    } catch (error) {
      filesInUse = false;
      await hub.setDevice(page);
      throw error;
    }
  }

  /** Where RNNoise can't be had, the microphone is heard as it is, and whoever asked is told. */
  function suppressNoise(on: boolean): Promise<void> {
    hub.setNoiseSuppressor(null);
    try {
      if (on) hub.setNoiseSuppressor(createNoiseSuppressor());
      return Promise.resolve();
    } catch (error) {
      logger.warn('no noise suppression', { error: String(error) });
      return Promise.reject(new AppError('NO_NOISE_SUPPRESSION', 'RNNoise does not work here'));
    }
  }

  function answer(requestId: number, work: Promise<void>): void {
    work.then(
      () => tell({ kind: 'reply', requestId, error: null }),
      (error: unknown) => tell({ kind: 'reply', requestId, error: toData(error) }),
    );
  }

  async function runCheck({ requestId, stun, relays }: Extract<ToMediaMessage, { kind: 'check-network' }>): Promise<void> {
    // Each takes allocations of our network's share.
    if (check !== null) throw new AppError('TOO_MANY', 'a check is running');
    const stop = new AbortController();
    check = { requestId, stop };
    const { bindAddresses } = boot;
    try {
      await checkNetwork(
        { stun, relays },
        { clock, random, net: systemNet(bindAddresses, () => proxy), bindAddresses },
        (line) => {
          if (!stop.signal.aborted) tell({ kind: 'check-figures', requestId, line });
        },
        stop.signal,
      );
    } finally {
      check = null;
    }
  }

  function openCall({ callId, role, remote, servers, policy }: Extract<ToMediaMessage, { kind: 'open' }>): void {
    if (calls.has(callId)) return;
    if (calls.size >= maxCalls) {
      tell({ kind: 'call-event', event: { type: 'path-failed', callId, detail: 'too many calls at once' } });
      return;
    }
    const trace = tracePath === null ? null : createArrivalTrace();
    const session = createCallSession({
      callId,
      role,
      servers,
      policy,
      bindAddresses: boot.bindAddresses,
      net: systemNet(boot.bindAddresses, () => proxy),
      identity,
      clock,
      random,
      logger: logger.child('call'),
      hub,
      trace,
      emit: (event) => tell({ kind: 'call-event', event }),
    });
    calls.set(callId, session);
    if (trace !== null && tracePath !== null) traces.set(callId, { trace, path: tracePath });
    session.setGain(gain);
    session.open(remote);
  }

  function hear(message: ToMediaMessage): void {
    switch (message.kind) {
      case 'open':
        return openCall(message);
      case 'set-answer':
        return calls.get(message.callId)?.setAnswer(message.answer);
      case 'add-candidate':
        return calls.get(message.callId)?.addCandidate(message.candidate);
      case 'set-servers':
        return calls.get(message.callId)?.setServers(message.servers);
      case 'set-overlay-path':
        return calls.get(message.callId)?.setOverlayPath(message.path);
      case 'restart':
        return calls.get(message.callId)?.restart(message.remote);
      case 'start-audio':
        return calls.get(message.callId)?.startAudio();
      case 'set-muted':
        return calls.get(message.callId)?.setMuted(message.muted);
      case 'set-held':
        return calls.get(message.callId)?.setHeld(message.held);
      case 'set-volume':
        return calls.get(message.callId)?.setVolume(message.volume);
      case 'start-recording':
        return calls.get(message.callId)?.startRecording(message.target);
      case 'stop-recording':
        return calls.get(message.callId)?.stopRecording();
      case 'set-gain':
        gain = message.gain;
        for (const session of calls.values()) session.setGain(gain);
        return;
      case 'set-proxy':
        proxy = message.proxy;
        return;
      case 'close':
        return void endCall(message.callId, 'close');
      case 'abandon':
        return void endCall(message.callId, 'abandon');
      case 'check-network':
        return answer(message.requestId, runCheck(message));
      case 'stop-check':
        return check?.requestId === message.requestId ? check.stop.abort() : undefined;
      case 'suppress-noise':
        return answer(message.requestId, suppressNoise(message.on));
      case 'use-files':
        return answer(message.requestId, useFiles(message));
    }
  }

  async function endCall(callId: string, how: 'close' | 'abandon'): Promise<void> {
    const session = calls.get(callId);
    calls.delete(callId);
    await session?.[how]();
    await writeTrace(callId);
  }

  async function writeTrace(callId: string): Promise<void> {
    const traced = traces.get(callId);
    if (traced === undefined) return;
    traces.delete(callId);
    try {
      await writeFile(traced.path, traced.trace.text());
    } catch (error) {
      logger.warn('trace.not-written', { detail: error instanceof Error ? error.message.slice(0, 200) : 'unknown' });
    }
  }

  async function closeAllCalls(): Promise<void> {
    check?.stop.abort();
    await Promise.all([...calls.keys()].map((callId) => endCall(callId, 'close')));
  }

  /** The engine of these calls fell. Nobody hung up, so nobody is told so: a BYE is a person's decision to the other side. */
  function abandonAllCalls(): void {
    check?.stop.abort();
    for (const session of calls.values()) void session.abandon();
    calls.clear();
    traces.clear();
  }

  let socket: PcmSocket | null = null;
  if (boot.pcmSocket) {
    socket = await openPcmSocket({ random, origin: boot.pcmOrigin, onPage: attachChannel });
    endpoint = socket.url;
    parts.onPcmEndpoint(socket.url);
  }

  return {
    attachEngine(port) {
      engine?.close();
      abandonAllCalls();
      engine = port;
      port.onMessage((raw) => {
        const message = toMediaMessageSchema.safeParse(raw);
        if (message.success) hear(message.data);
        else logger.warn('unknown message from engine', { issue: message.error.issues[0]?.message });
      });
      port.onClose(() => {
        if (engine !== port) return;
        engine = null;
        abandonAllCalls();
      });
      if (endpoint !== null) tell({ kind: 'pcm-endpoint', url: endpoint });
    },
    attachPage: (port) => attachChannel(portChannel(port)),
    async stop() {
      await closeAllCalls();
      await hub.stop();
      await socket?.close();
      engine?.close();
    },
  };
}

function toData(error: unknown): Extract<FromMediaMessage, { kind: 'reply' }>['error'] {
  if (error instanceof AppError) return { code: error.code, reason: error.reason, context: error.context };
  return { code: 'INTERNAL', reason: error instanceof Error ? error.message.slice(0, 200) : 'unknown', context: {} };
}
