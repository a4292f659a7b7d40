import { AppError } from '../ports/app-error.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import { toEngineSchema, type FromEngine, type ToEngine } from './control.ts';

/** What a shell tells the engine, without the vault's answers, which find their own way. */
export type EngineNotice = Exclude<ToEngine, { kind: 'vault-answer' }>;

/** The engine's end of its control port. */
export interface EngineLink {
  /** One listener; `port` is there for the notices that bring one. */
  onNotice(listener: (notice: EngineNotice, port: Port | undefined) => void): void;
  /** The shell's keychain; null where the shell has none (the engine then keeps keys in a file). */
  keychain(): Promise<KeyVault | null>;
  /** Asks the shell to end the app. */
  quit(): void;
  /** This process is about to end so that another begins: nothing fell. */
  restarting(): void;
  /** Asks the shell for a relay; null: for none. What it says comes as notices. */
  wantRelay(wish: Readonly<Record<string, unknown>> | null): void;
  /** The relay that runs is to begin nothing new. */
  drainRelay(): void;
  /** Asks the shell to show a file in the system's own window of files. */
  showFile(path: string): void;
}

export function createEngineLink(control: Port, logger: Logger): EngineLink {
  const waiting = new Map<number, (bytes: Uint8Array | null) => void>();
  const early: [EngineNotice, Port | undefined][] = [];
  let notify: ((notice: EngineNotice, port: Port | undefined) => void) | null = null;
  let nextId = 0;
  const say = (message: FromEngine): void => control.post(message);
  const ask = (operation: 'probe' | 'seal' | 'open', bytes: Uint8Array): Promise<Uint8Array | null> =>
    new Promise((resolve) => {
      const id = nextId;
      nextId += 1;
      waiting.set(id, resolve);
      say({ kind: 'vault-request', id, operation, bytes });
    });
  const askOrFail = async (operation: 'seal' | 'open', bytes: Uint8Array): Promise<Uint8Array> => {
    const answer = await ask(operation, bytes);
    if (answer === null) throw new AppError('VAULT_LOCKED', `the keychain did not ${operation}`);
    return answer;
  };

  control.onMessage((raw, ports) => {
    const message = toEngineSchema.safeParse(raw);
    if (!message.success) {
      logger.warn('unknown control message');
      for (const port of ports) port.close();
      return;
    }
    if (message.data.kind === 'vault-answer') {
      waiting.get(message.data.id)?.(message.data.bytes);
      waiting.delete(message.data.id);
    } else if (notify === null) early.push([message.data, ports[0]]);
    else notify(message.data, ports[0]);
  });
  control.onClose(() => {
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  });

  return {
    onNotice(listener) {
      notify = listener;
      for (const [notice, port] of early.splice(0)) listener(notice, port);
    },
    async keychain() {
      if ((await ask('probe', new Uint8Array())) === null) return null;
      return {
        kind: 'keychain',
        seal: (secret) => askOrFail('seal', secret),
        open: (sealed) => askOrFail('open', sealed),
      };
    },
    quit: () => say({ kind: 'quit' }),
    restarting: () => say({ kind: 'restarting' }),
    wantRelay: (wish) => say({ kind: 'relay', wish }),
    drainRelay: () => say({ kind: 'drain-relay' }),
    showFile: (path) => say({ kind: 'show-file', path }),
  };
}
