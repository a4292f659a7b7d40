import {
  pcmHeaderBytes,
  pcmHealthBytes,
  pcmKind,
  PcmReader,
  pcmSampleRate,
  writePcmHeader,
  writePcmHealth,
  type PcmHealth,
} from '../../../preload/contract/pcm.ts';
import { CaptureFramer } from '../capture-framer.ts';
import { LevelMeter } from '../level-meter.ts';
import { MonoCapture } from '../mono-capture.ts';
import { SharedFrames } from '../shared-frames.ts';
import type { FrameMemory, LineCommand, LineNews, PcmLine } from '../voice-messages.ts';

/**
 * The page's end of the line to the media process, in a worker, so that a busy page (a long list being laid out) delays no
 * frame. The microphone is read here too, straight from its track: through the audio graph it would wait for the next burst
 * of rendering, and each stall of rendering would leave a longer queue behind.
 */
const tell = (news: LineNews): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page that made this worker
  globalThis.postMessage(news);
};

interface Line {
  /** Copies, so that the buffer may be used again at once. */
  send(message: ArrayBuffer): void;
  close(): void;
}

/** 100 ms: as often as the page paints. */
const levelSamples = pcmSampleRate / 10;

let line: Line | null = null;
let player: MessagePort | null = null;
let toPlay: SharedFrames | null = null;
let isMuted = false;
/** The microphone that is heard. */
let current: { readonly id: number; readonly reader: ReadableStreamDefaultReader<AudioData> | null } = { id: -1, reader: null };
let sinceLevel = 0;
const heard = new LevelMeter();
const framer = new CaptureFramer((message) => line?.send(message));
const mono = new MonoCapture((samples, count) => {
  framer.push(samples, count, isMuted);
  heard.add(samples, count);
  sinceLevel += count;
  if (sinceLevel < levelSamples) return;
  sinceLevel = 0;
  const { rms } = heard.take();
  tell({ type: 'level', local: isMuted ? 0 : rms, unheard: isMuted ? rms : 0 });
});

/** Reads one microphone until another takes over, or it ends. */
async function capture(id: number, frames: ReadableStream<AudioData>): Promise<void> {
  const own = frames.getReader();
  for (let read = await own.read(); !read.done; read = await own.read()) {
    if (id > current.id) {
      // Its first sound: only now does the one before go.
      void current.reader?.cancel();
      current = { id, reader: own };
      tell({ type: 'captured', id });
    }
    if (current.reader === own) mono.push(read.value);
    else if (id < current.id) void own.cancel();
    read.value.close();
  }
}

function stopCapture(): void {
  void current.reader?.cancel();
  current = { id: current.id, reader: null };
  const message = new ArrayBuffer(pcmHeaderBytes);
  writePcmHeader(new DataView(message), pcmKind.captureEnded, 0);
  line?.send(message);
}

function tellHealth(health: PcmHealth): void {
  const message = new ArrayBuffer(pcmHealthBytes);
  writePcmHealth(new DataView(message), health);
  line?.send(message);
}

const pcm = new PcmReader();

function hear(data: unknown): void {
  // A port of Electron's main side delivers Buffers' arrays, a socket ArrayBuffers: the same bytes.
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  if (!(bytes instanceof Uint8Array) || pcm.read(bytes) !== 'playout') return;
  if (toPlay !== null) toPlay.write(pcm.samples);
  // Posting copies the samples; giving the message itself away would need one view more for each.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  else player?.postMessage(pcm.samples);
}

function open(given: PcmLine, asking: MessagePort, memory: FrameMemory): void {
  toPlay = memory === null ? null : new SharedFrames(memory);
  player = asking;
  player.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => line?.send(data));
  player.start();
  if (given.kind === 'port') {
    const { port } = given;
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => hear(data));
    port.start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    line = { send: (message) => port.postMessage(message), close: () => port.close() };
    return tell({ type: 'open' });
  }
  const socket = new WebSocket(given.url);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    line = {
      send: (message) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(message);
      },
      close: () => socket.close(),
    };
    tell({ type: 'open' });
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => hear(data));
  // A socket that could not be opened is told as closed, too.
  socket.addEventListener('close', () => {
    line = null;
    tell({ type: 'closed' });
  });
  return undefined;
}

globalThis.addEventListener('message', ({ data: command }: MessageEvent<LineCommand>) => {
  switch (command.type) {
    case 'open':
      return open(command.line, command.player, command.frames);
    case 'capture':
      return void capture(command.id, command.frames);
    case 'mute':
      isMuted = command.muted;
      return;
    case 'capture-ended':
      return stopCapture();
    case 'health':
      return tellHealth(command.health);
    case 'stop':
      stopCapture();
      line?.close();
      player?.close();
      globalThis.close();
  }
});
