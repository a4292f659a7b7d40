import { createAudio, openPcmSocket, type Audio, type PcmTransport } from '../../../../renderer/audio/index.ts';

const address = `ws://${location.host}/pcm`;

/** A line whose every frame passes through the page. */
function throughPage(): Promise<PcmTransport> {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const line: PcmTransport = {
    post: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    onMessage: (listener) => socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => listener(data)),
    close: () => socket.close(),
  };
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(line));
  });
}

/** `?line=page`: through the page; otherwise from a worker into the audio thread, as the browser shell does. */
const openPcm = (): Promise<PcmTransport> => (location.search.includes('page') ? throughPage() : openPcmSocket(address));

declare global {
  var audio: Audio;
  var heard: { levels: { local: number; remote: number }[]; problems: unknown[] };
}

globalThis.audio = createAudio({ openPcm });
globalThis.heard = { levels: [], problems: [] };
globalThis.audio.onLevel((level) => globalThis.heard.levels.push(level));
globalThis.audio.onProblem((problem) => globalThis.heard.problems.push(problem));
