import { createWire, type Line, type LineEnd } from './line.ts';

/** The shell's reasons (`main/shell/browser/close-codes.ts`). */
const ends: Readonly<Record<number, LineEnd>> = { 4001: 'engine', 4002: 'over', 4003: 'over' };

/** A line over a WebSocket of the browser shell. */
export function openSocketLine(url: string): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const { wire, ended, hear, end } = createWire((text) => socket.send(text));
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') hear(data);
    });
    socket.addEventListener('open', () => resolve({ wire, ended, close: () => socket.close() }));
    socket.addEventListener('close', ({ code }) => {
      end(ends[code] ?? 'lost');
      reject(new Error(`the socket closed (${code})`));
    });
  });
}
