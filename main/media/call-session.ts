import type { IceServer, OverlayPath, PathPolicy, RecordingTarget } from '../calls/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { applyGain, createAudioReceiver, createAudioSender, type ArrivalTrace } from './audio/index.ts';
import type { AudioHub } from './audio-hub.ts';
import { createCallMeter, type CallMeter } from './call-meter.ts';
import { deviceFrameSamples } from './devices/index.ts';
import type { CallEvent } from './protocol.ts';
import { createCallRecorder, createRecordingFile, type CallRecorder, type RecordingEnd } from './recording/index.ts';
import type { IceNet } from './ice/ice-net.ts';
import { createMediaTransport, opusPayloadType, type DtlsIdentity, type RemoteDescription } from './transport/index.ts';

export interface CallSessionParts {
  readonly callId: string;
  readonly role: 'offerer' | 'answerer';
  readonly servers: readonly IceServer[];
  readonly policy: PathPolicy;
  readonly bindAddresses: readonly string[] | null;
  readonly net: IceNet;
  readonly identity: DtlsIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly hub: AudioHub;
  /** Where to note what arrives when; null: nowhere. */
  readonly trace: ArrivalTrace | null;
  readonly emit: (event: CallEvent) => void;
}

/** One call's media: a path, what is said, and what is heard. */
export interface CallSession {
  open(remote: RemoteDescription | null): void;
  setAnswer(answer: RemoteDescription): void;
  addCandidate(line: string): void;
  setServers(servers: readonly IceServer[]): void;
  setOverlayPath(path: OverlayPath | null): void;
  restart(remote: RemoteDescription | null): void;
  startAudio(): void;
  setMuted(muted: boolean): void;
  /** Silence is sent in the microphone's place, and silence is played. */
  setHeld(held: boolean): void;
  /** Both sides into a new file; paused on hold. Nothing happens if there is one already, or no audio. */
  startRecording(target: RecordingTarget): void;
  stopRecording(): void;
  /** Of the other side, 0…2; 1 as it comes. */
  setVolume(volume: number): void;
  /** Of the microphone, 0…4; 1 as it comes. */
  setGain(gain: number): void;
  close(): Promise<void>;
  /** Ends without a word to the other side, which is to notice as it would notice a computer that died. */
  abandon(): Promise<void>;
}

/** So often it is looked whether this process comes late; who does by more than that is heard to. */
const lookIntervalMs = 50;
const statsIntervalMs = 1_000;

export function createCallSession(parts: CallSessionParts): CallSession {
  const { callId, clock, random, hub, emit } = parts;
  const receiver = createAudioReceiver({ opusPayloadType, trace: parts.trace });
  /** The microphone's frame, made louder or quieter. */
  const spoken = new Int16Array(deviceFrameSamples);
  let recorder: CallRecorder | null = null;
  let recordingClosed: Promise<void> = Promise.resolve();
  let muted = false;
  let gain = 1;
  let volume = 1;
  let held = false;
  let audible = false;
  let firstAudio = false;
  let closed = false;
  let timer: Timer | null = null;
  let lastStatsMs = 0;
  let lastLookMs = 0;
  /** How late this process came to what it had to do, at worst since the last statistics. */
  let lateMs = 0;
  let meter: CallMeter | null = null;

  const transport = createMediaTransport({
    ...parts,
    events: {
      onLocalDescription: (sdp, fingerprint) => emit({ type: 'local-description', callId, description: { sdp, fingerprint } }),
      onLocalCandidate: (candidate) => emit({ type: 'local-candidate', callId, candidate }),
      onUp: () => emit({ type: 'path-up', callId }),
      onPathChanged: (kind) => {
        sender.setConstantRate(kind === 'relay' || kind === 'overlay-relay');
        emit({ type: 'path-changed', callId, kind });
      },
      onInterrupted: () => emit({ type: 'path-interrupted', callId }),
      onFailed: (detail) => emit({ type: 'path-failed', callId, detail }),
      onClosed: () => emit({ type: 'path-closed', callId }),
      // What comes before the call was accepted is not kept: nobody may speak into a room that was not opened.
      onRtp: (payload, redundant, sequence, timestamp, arrivalMs) => {
        sender.heard(arrivalMs);
        if (audible) receiver.packet(payload, redundant, sequence, timestamp, arrivalMs);
      },
      onPacketFate: (sequence, sentAtMs, wireBytes, arrivedAtMs) => sender.packetFate(sequence, sentAtMs, wireBytes, arrivedAtMs),
      onFeedback: (nowMs, roundTripMs) => {
        sender.feedback(nowMs, roundTripMs);
        transport.setCapacity(sender.capacityBps);
      },
    },
  });
  const sender = createAudioSender({
    firstTimestamp: Buffer.from(random.bytes(4)).readUInt32BE(0),
    opusPayloadType,
    redundancy: () => transport.redundancy,
    packing: () => transport.packing,
    nowMs: () => clock.monotonicMs(),
    send: (payload, timestamp, marker, redundant) => transport.send(payload, timestamp, marker, redundant),
  });

  function look(): void {
    timer = clock.setTimer(lookIntervalMs, look);
    const dueMs = lastLookMs + lookIntervalMs;
    lastLookMs = clock.monotonicMs();
    lateMs = Math.max(lateMs, lastLookMs - dueMs);
    if (lastLookMs - lastStatsMs >= statsIntervalMs) reportStats(lastLookMs);
  }

  function reportStats(now: number): void {
    const { rtp } = transport;
    if (rtp === null || meter === null) return;
    const { counters, reception } = rtp;
    if (counters.remoteLossFraction !== null) sender.reportLoss(counters.remoteLossFraction);
    const { lost, jitterMs } = reception;
    const figures = {
      transport: { ...counters, lost, jitterMs, path: transport.path },
      sender: sender.statistics,
      receiver: receiver.statistics,
      device: hub.deviceHealth,
      lateMs,
      theirs: rtp.theirHearing,
    };
    emit({ type: 'stats', callId, stats: meter.measure(figures, now) });
    if (meter.hearing !== null) rtp.tellHearing(meter.hearing);
    lastStatsMs = now;
    lateMs = 0;
  }

  return {
    open: (remote) => transport.open(remote),
    setAnswer: (answer) => transport.setAnswer(answer),
    addCandidate: (line) => transport.addCandidate(line),
    setServers: (servers) => transport.setServers(servers),
    setOverlayPath: (path) => transport.setOverlayPath(path),
    restart: (remote) => transport.restart(remote),
    startAudio() {
      if (audible || closed) return;
      audible = true;
      lastStatsMs = clock.monotonicMs();
      lastLookMs = lastStatsMs;
      meter = createCallMeter(lastStatsMs);
      timer = clock.setTimer(lookIntervalMs, look);
      hub.add({
        callId,
        capture(frame) {
          if (frame === null || held) {
            recorder?.spoken(null);
            return sender.capture(null);
          }
          applyGain(frame, gain, spoken);
          recorder?.spoken(muted ? null : spoken);
          return sender.capture(spoken);
        },
        play(into, nowMs) {
          // On hold too: the buffer keeps pace, so that after it the newest word is heard and not the oldest.
          const heard = receiver.pull(into, nowMs);
          if (held) into.fill(0);
          else applyGain(into, volume, into);
          recorder?.heard(into);
          if (!heard || held || firstAudio) return;
          firstAudio = true;
          emit({ type: 'first-audio', callId, atMonotonicMs: nowMs });
        },
        deviceFailed: (device, detail) => emit({ type: 'device-failed', callId, device, detail }),
      });
    },
    setMuted(next) {
      muted = next;
      sender.setMuted(next);
    },
    setHeld(next) {
      held = next;
      recorder?.setPaused(next);
    },
    startRecording({ path, title }) {
      if (recorder !== null || !audible || closed) return;
      const endedBy = (why: NonNullable<RecordingEnd>): void => {
        // Another one may have begun since: what happens to this file is not its end.
        if (recorder !== null && recorder !== begun) return;
        stopRecording();
        emit({ type: 'recording-ended', callId, why });
      };
      const begun = createCallRecorder({
        title,
        serial: Buffer.from(random.bytes(4)).readUInt32BE(0),
        file: createRecordingFile(path, endedBy),
        onTooLong: () => endedBy('too-long'),
      });
      begun.setPaused(held);
      recorder = begun;
    },
    stopRecording,
    setVolume(next) {
      volume = next;
    },
    setGain(next) {
      gain = next;
    },
    async close() {
      stop();
      await Promise.all([transport.close(), recordingClosed]);
    },
    async abandon() {
      stop();
      await Promise.all([transport.abandon(), recordingClosed]);
    },
  };

  function stopRecording(): void {
    if (recorder === null) return;
    recordingClosed = recorder.stop();
    recorder = null;
  }

  function stop(): void {
    if (closed) return;
    closed = true;
    timer?.cancel();
    stopRecording();
    hub.remove(callId);
    if (audible) reportStats(clock.monotonicMs());
    sender.stop();
    receiver.stop();
  }
}
