import type { PcmSocketNews, PcmSocketOrder } from '../pcm-socket-messages.ts';

/**
 * Carries sound between the audio thread's port and the media process's WebSocket, in a worker, so that a busy page
 * (a long list being laid out) delays no frame.
 */
const tell = (news: PcmSocketNews): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page that made this worker
  globalThis.postMessage(news);
};

globalThis.addEventListener('message', ({ data: { url, line } }: MessageEvent<PcmSocketOrder>) => carry(url, line), {
  once: true,
});

function carry(url: string, line: MessagePort): void {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    line.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    });
    line.start();
    tell('open');
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) line.postMessage(data, [data]);
  });
  // A socket that could not be opened is told as closed, too.
  socket.addEventListener('close', () => {
    line.close();
    tell('closed');
  });
}
