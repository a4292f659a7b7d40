/** What the audio thread's global scope has beyond JavaScript (Web Audio API §1.32); TypeScript's own libraries leave it out. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  /** False lets the node end. */
  abstract process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
    parameters: Readonly<Record<string, Float32Array>>,
  ): boolean;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
