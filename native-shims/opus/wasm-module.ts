import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** A compiled module; opaque. */
type WasmModule = object;

/** Just what is used of the global, which TypeScript declares only together with the whole DOM. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
};

/** The raw exports of libopus as compiled by `@evan/opus` 1.0.3 (emscripten; pointers are byte offsets into `memory`). */
export interface OpusExports {
  readonly memory: WasmMemory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  opus_strerror(code: number): number;
  opus_encoder_get_size(channels: number): number;
  opus_encoder_init(encoder: number, sampleRate: number, channels: number, application: number): number;
  opus_encode(encoder: number, pcm: number, frameSamples: number, packet: number, maxBytes: number): number;
  opus_encoder_ctl_set(encoder: number, request: number, value: number): number;
  /** Returns the value. */
  opus_encoder_ctl_get(encoder: number, request: number): number;
  opus_decoder_get_size(channels: number): number;
  opus_decoder_init(decoder: number, sampleRate: number, channels: number): number;
  opus_decode(decoder: number, packet: number, bytes: number, pcm: number, frameSamples: number, fec: number): number;
  opus_decoder_ctl_set(decoder: number, request: number, value: number): number;
}

export type OpusBuild = 'simd' | 'plain';

/** The smallest module that uses a SIMD instruction (i8x16.splat); valid only where the engine has SIMD. */
const simdProbe = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);

const files: Readonly<Record<OpusBuild, string>> = {
  simd: '@evan/opus/wasm/simd.wasm',
  plain: '@evan/opus/wasm/opus.wasm',
};

/** The system calls of the module's C library; libopus uses none of them. */
const nothing = (): number => 0;

/** WASI reactors run their constructors in this export, before any other call. */
const reactorStart = '_initialize';

const compiled = new Map<OpusBuild, WasmModule>();

/** Which of the package's two builds this engine can run. */
export const bestBuild = (): OpusBuild => (WebAssembly.validate(simdProbe) ? 'simd' : 'plain');

/** A fresh instance with a memory of its own, so that one stream's fault can't reach another's. Compiled once a process. */
export function instantiateOpus(build: OpusBuild = bestBuild()): OpusExports {
  let module = compiled.get(build);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve(files[build])));
    compiled.set(build, module);
  }
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: { proc_exit: nothing, fd_close: nothing, fd_write: nothing, fd_seek: nothing },
    env: { emscripten_notify_memory_growth: nothing },
  });
  // The module declares these exports; the conformance test runs every one of them.
  const exports = instance.exports as OpusExports & { readonly [reactorStart]: () => void };
  exports[reactorStart]();
  return exports;
}

/** Reads a NUL-terminated ASCII string, as `opus_strerror` returns. */
export function readCString(memory: WasmMemory, pointer: number): string {
  const bytes = new Uint8Array(memory.buffer, pointer);
  const end = bytes.indexOf(0);
  return String.fromCodePoint(...bytes.subarray(0, end === -1 ? 0 : Math.min(end, 200)));
}

export class OpusError extends Error {
  readonly opusCode: number;

  constructor(operation: string, opusCode: number, text: string) {
    super(`opus ${operation}: ${text} (${opusCode})`);
    this.name = 'OpusError';
    this.opusCode = opusCode;
  }
}

/** @throws OpusError if `code` is negative (libopus: errors are negative) */
export function checkOpus(exports: OpusExports, operation: string, code: number): number {
  if (code >= 0) return code;
  throw new OpusError(operation, code, readCString(exports.memory, exports.opus_strerror(code)));
}
