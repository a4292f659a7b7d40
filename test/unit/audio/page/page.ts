import { createAudio, type Audio, type PcmLine } from '../../../../renderer/audio/index.ts';

const url = `ws://${location.host}/pcm`;

/** A port, as Electron gives one; behind it the page carries the bytes. */
function portToSocket(): Promise<PcmLine> {
  const { port1, port2 } = new MessageChannel();
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  port2.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  });
  port2.start();
  port2.addEventListener('close', () => socket.close());
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => port2.postMessage(data, [data]));
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve({ kind: 'port', port: port1 }));
  });
}

/** `?line=port`: as in Electron; otherwise the socket, as in the browser shell. */
const openPcm = (): Promise<PcmLine> =>
  location.search.includes('port') ? portToSocket() : Promise.resolve({ kind: 'socket', url });

declare global {
  var audio: Audio;
  var heard: { levels: { local: number; remote: number }[]; problems: unknown[] };
}

globalThis.audio = createAudio({ openPcm });
globalThis.heard = { levels: [], problems: [] };
globalThis.audio.onLevel((level) => globalThis.heard.levels.push(level));
globalThis.audio.onProblem((problem) => globalThis.heard.problems.push(problem));
