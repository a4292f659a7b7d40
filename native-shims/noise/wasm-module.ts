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

/** The raw exports of RNNoise in `@sapphi-red/web-noise-suppressor` 0.4.1 (emscripten; pointers are byte offsets into `memory`). */
export interface NoiseExports {
  readonly memory: WasmMemory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  /** @param model 0: the one that is built in */
  rnnoise_create(model: number): number;
  rnnoise_destroy(state: number): void;
  rnnoise_get_frame_size(): number;
  /** @returns how surely somebody speaks in it, 0…1 */
  rnnoise_process_frame(state: number, out: number, input: number): number;
}

export type NoiseBuild = 'simd' | 'plain';

/** RNNoise can't be loaded here, or refused to work. */
export class NoiseSuppressionError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`noise suppression: ${reason}`, { cause });
    this.name = 'NoiseSuppressionError';
  }
}

const files: Readonly<Record<NoiseBuild, string>> = {
  simd: '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm',
  plain: '@sapphi-red/web-noise-suppressor/rnnoise.wasm',
};

/** What a C program runs before its `main`. */
const constructors = '__wasm_call_ctors';

const compiled = new Map<NoiseBuild, WasmModule>();

function compile(build: NoiseBuild | undefined): WasmModule {
  const wanted = build ?? 'simd';
  const known = compiled.get(wanted);
  if (known !== undefined) return known;
  const bytes = readFileSync(createRequire(import.meta.url).resolve(files[wanted]));
  // An engine without SIMD refuses that build, and only then the other is slower than it need be.
  if (build === undefined && !WebAssembly.validate(bytes)) return compile('plain');
  const module = new WebAssembly.Module(bytes);
  compiled.set(wanted, module);
  return module;
}

/** A fresh instance with a memory of its own. Compiled once a process. @throws NoiseSuppressionError */
export function instantiateNoise(build?: NoiseBuild): NoiseExports {
  try {
    let bytes = new Uint8Array(0);
    const instance = new WebAssembly.Instance(compile(build), {
      env: {
        // memcpy of more than 512 bytes; it happens in every frame, so the view is made once: this memory never grows.
        emscripten_memcpy_big: (to: number, from: number, length: number): number => {
          bytes.copyWithin(to, from, from + length);
          return to;
        },
        // The 16 MiB that it begins with hold 1000 times what one stream needs.
        emscripten_resize_heap: (): number => 0,
        __assert_fail: (): never => {
          throw new NoiseSuppressionError('an assertion failed');
        },
      },
    });
    // The module declares these exports; the conformance test runs every one of them.
    const exports = instance.exports as NoiseExports & { readonly [constructors]: () => void; emscripten_stack_init(): void };
    bytes = new Uint8Array(exports.memory.buffer);
    exports[constructors]();
    exports.emscripten_stack_init();
    return exports;
  } catch (error) {
    if (error instanceof NoiseSuppressionError) throw error;
    throw new NoiseSuppressionError('RNNoise can’t be loaded', error);
  }
}
