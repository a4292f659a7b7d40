/**
 * Where everything stands (DESIGN: folders), from the bottom up. An *area* is a folder that others see as one thing:
 * `main/chat`, `native-shims/opus`, `renderer/call`, `preload/contract`.
 *
 * ```
 * renderer → preload/contract ← main
 * main:  composition roots → shell | engine | media → features → foundations → ports
 *        media, relay, overlay → stun (a codec, which knows nobody)
 *        media, chat → ogg (another)
 *        calls, relay, overlay → tickets (what a relay and its users agree on)
 *        directory, mailbox → work (proofs of it)
 * ```
 */
const features = [
  'main/presence',
  'main/contacts',
  'main/profiles',
  'main/chat',
  'main/calls',
  'main/directory',
  'main/mailbox',
  'main/export',
];
const foundations = ['main/overlay', 'main/storage', 'main/identity', 'main/relay'];
const ground = ['main/ports', 'preload/contract'];

const table: Readonly<Record<string, readonly string[]>> = {
  'main/ports': ['preload/contract'],
  'main/stun': [],
  'main/ogg': [],
  'main/tickets': ['main/ports'],
  'main/work': ['main/ports'],
  ...Object.fromEntries(foundations.map((area) => [area, [...ground]])),
  'main/overlay': [...ground, 'main/stun', 'main/tickets'],
  'main/relay': [...ground, 'main/stun', 'main/tickets'],
  ...Object.fromEntries(features.map((area) => [area, [...ground, ...foundations]])),
  'main/chat': [...ground, ...foundations, 'main/ogg'],
  'main/calls': [...ground, ...foundations, 'main/tickets'],
  'main/directory': [...ground, ...foundations, 'main/work'],
  'main/mailbox': [...ground, ...foundations, 'main/work'],
  'main/media': [...ground, 'main/stun', 'main/ogg'],
  // The engine speaks to the media process through media's client; it never runs what media runs.
  'main/engine': [...ground, ...foundations, ...features, 'main/media', 'main/tickets'],
  'main/shell': ground,
  // The command line is a shell without a window: it wires what it needs, like the composition roots.
  'main/cli': [...ground, ...foundations, ...features, 'main/shell', 'main/engine', 'main/media'],
  main: [],
  preload: ['preload/contract'],
  'preload/contract': [],
};

/** Each other's vocabulary, never each other's code: foundations implement interfaces that a neighbour words. */
const typesTable: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(foundations.map((area) => [area, foundations])),
  // Media speaks the words that calls laid down for it (main/calls/call-media.ts).
  'main/media': ['main/calls'],
  // What its entry hands in: the link to the parent process.
  'main/engine': ['main/shell'],
};

/** Who alone may import a shim. */
export const ownersOfShims: Readonly<Record<string, readonly string[]>> = {
  'native-shims/opus': ['main/media'],
  'native-shims/noise': ['main/media'],
  'native-shims/sqlite': ['main/storage'],
  'native-shims/hyperdht': ['main/overlay'],
  'native-shims/linux-udp': ['main/relay'],
};

/** Who alone may import a package, as beginnings of paths: the untyped and the dangerous stand behind one façade each. */
export const ownersOfPackages: Readonly<Record<string, readonly string[]>> = {
  electron: ['main/main.ts', 'main/shell/electron/', 'preload/'],
  werift: ['main/media/transport/'],
  hyperdht: ['native-shims/hyperdht/'],
  'dht-rpc': ['native-shims/hyperdht/'],
  protomux: ['native-shims/hyperdht/'],
  'sodium-native': ['native-shims/'],
  koffi: ['native-shims/linux-udp/'],
  'multicast-dns': ['main/overlay/joining/'],
  'bittorrent-dht': ['main/overlay/joining/'],
  'node:sqlite': ['native-shims/sqlite/'],
  'image-dimensions': ['main/profiles/'],
  'prom-client': ['main/cli/supernode/'],
  'node-sqlite3-wasm': ['native-shims/sqlite/'],
  '@evan/opus': ['native-shims/opus/'],
  'opus-recorder': ['renderer/audio/'],
  '@sapphi-red/web-noise-suppressor': ['native-shims/noise/'],
};

/** Modules that wire: the shells' entries, the entries of the other processes, the command line. They may know everybody. */
export function isCompositionRoot(path: string): boolean {
  return (
    /^main\/[^/]+\.ts$/.test(path) || path.startsWith('main/cli/') || /^main\/(engine|media|relay)\/\w+-process\.ts$/.test(path)
  );
}

export function areaOf(path: string): string {
  const [top = '', second = '', ...rest] = path.split('/');
  if (top === 'preload') return second === 'contract' ? 'preload/contract' : 'preload';
  if (top === 'main' || top === 'renderer' || top === 'native-shims') return rest.length === 0 ? top : `${top}/${second}`;
  return top;
}

/** True for an area that the design knows. Renderer folders are one per feature, so any name is right there. */
export function placed(area: string): boolean {
  return area === 'test' || isPage(area) || area.startsWith('native-shims/') || area in table;
}

/** Whether code of one area may know another. A shim knows nobody; who may know a shim is said by `ownersOfShims`. */
export function mayDepend(from: string, to: string, isTypeOnly: boolean): boolean {
  if (isPage(from)) return isPage(to) || to === 'preload/contract' || to === 'assets';
  if (to.startsWith('native-shims/')) return from.startsWith('main/');
  return (table[from] ?? []).includes(to) || (isTypeOnly && (typesTable[from] ?? []).includes(to));
}

export function isPage(area: string): boolean {
  return area === 'renderer' || area.startsWith('renderer/');
}
