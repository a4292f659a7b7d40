/**
 * One end of a channel between two rooms of the house. Implemented over Node's `MessagePort` and Electron's
 * `MessagePortMain`; ports can travel over ports in both.
 */
export interface Port {
  /** Sends a structured-clonable value and, with it, ownership of `ports`. */
  post(message: unknown, ports?: readonly Port[]): void;
  /** One listener; messages that came before it was set are delivered to it in order. */
  onMessage(listener: (message: unknown, ports: readonly Port[]) => void): void;
  /** Called once, when either end closed or the other process ended. */
  onClose(listener: () => void): void;
  close(): void;
}

export interface PortPair {
  readonly near: Port;
  readonly far: Port;
}
