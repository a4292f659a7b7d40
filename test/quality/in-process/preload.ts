/**
 * Loaded before anything else into our own programs of the laboratory, and into each of their threads (`node --import`): what
 * they send by UDP then goes through a model of the cable, which is the same as the simulations'.
 */
import { Buffer } from 'node:buffer';
import dgram from 'node:dgram';
import { openSync, readFileSync, watch, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { parseConf } from '../wire/impairment.ts';
import { cableDirVariable, confDir, confName, endVariable, tracePathOf } from './cable-files.ts';
import { impairSockets } from './impaired-sockets.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';

const dir = process.env[cableDirVariable];
const end = process.env[endVariable];
if (dir === undefined || (end !== 'a' && end !== 'b')) throw new Error(`${cableDirVariable} and ${endVariable} are needed`);

const conf = join(confDir(dir), confName);
const read = (): ReturnType<typeof parseConf> => parseConf(readFileSync(conf, 'utf8'));

/** Most threads have no sockets; those that do open the cable with the first thing they send. */
let opened: Outgoing | null = null;

function open(tracePath: string): Outgoing {
  const trace = openSync(tracePath, 'a');
  const write = (words: string): void => void writeSync(trace, Buffer.from(`${words}\n`));
  const outgoing = createOutgoing({
    clock: systemClock,
    random: Math.random,
    impairment: read(),
    note: ({ atMs, bytes, fate, delayMs }) => write(`${atMs.toFixed(3)} ${end} ${bytes} ${fate} ${delayMs.toFixed(2)}`),
  });
  watch(confDir(dir ?? ''), { persistent: false }, (_, name) => {
    if (name !== confName) return;
    outgoing.set(read());
    write(`${systemClock.monotonicMs().toFixed(3)} conf`);
  });
  return outgoing;
}

impairSockets(dgram.Socket, {
  take(bytes, deliver) {
    opened ??= open(tracePathOf(dir, end));
    opened.take(bytes, deliver);
  },
  set: (impairment) => opened?.set(impairment),
});
