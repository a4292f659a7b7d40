import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { HostPort } from '../../../main/ports/host-port.ts';

export const floodOrderSchema = z.object({
  /** The attackers have one /24 each, from the one with this number on; each third offers noise. */
  first: z.int().min(0),
  networks: z.int().min(1),
  seconds: z.number().positive(),
  /** Of all networks together; 0: as fast as answers come. */
  perSecond: z.number().min(0),
});
export type FloodOrder = z.infer<typeof floodOrderSchema>;

const offeredSchema = z.object({
  /** Targets, each once; what is held already is taken again without being judged. */
  stored: z.array(z.string()),
  /** Judged and found wanting. */
  refused: z.number(),
  /** Refused unjudged. */
  busy: z.number(),
  /** No answer. */
  unheard: z.number(),
});
export type Offered = z.infer<typeof offeredSchema>;

/** Everything that came back. */
export const offersOf = ({ stored, refused, busy, unheard }: Offered): number => stored.length + refused + busy + unheard;

export interface Flooder {
  /** One after the other. */
  flood(order: FloodOrder): Promise<Offered>;
  stop(): void;
}

/** Attackers in a process of their own, as they have computers of their own: what a flood costs its makers is none of its victim's. */
export async function startFlooder({ host, port }: HostPort, records: number): Promise<Flooder> {
  const script = fileURLToPath(new URL('flooder-process.ts', import.meta.url));
  const args = [...process.execArgv, script, host, String(port), String(records)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the flood broke off');
    return value;
  };
  await next();
  return {
    async flood(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return offeredSchema.parse(JSON.parse(await next()));
    },
    stop: () => void child.stdin.end(),
  };
}
