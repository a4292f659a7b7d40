/**
 * `npm run -s lab:voice -- --speech WAV --out DIR --network NAME …`: calls over an impaired cable, measured. One JSON line a
 * run and peer; DIR gets what was spoken and heard, and a picture.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav } from '../../main/media/index.ts';
import { findBrowser } from '../../main/shell/browser/index.ts';
import { surroundings } from '../../main/shell/index.ts';
import { parseLabArguments, usage, type LabArguments } from './lab-arguments.ts';
import { makeAccounts } from './peers/accounts.ts';
import { createHomes } from './rig/homes.ts';
import { runVoice } from './voice-run.ts';
import { plugCable } from './wire/cable.ts';

const given = parseLabArguments(process.argv.slice(2));
if (typeof given === 'string') {
  process.stderr.write(`${given}\n${usage}\n`);
  process.exit(2);
}
/** As a shell says it of SIGINT. */
const exitInterrupted = 130;
await run(given);

async function run({ speech, out, network, seconds, repeat, peers }: LabArguments): Promise<void> {
  const chromiumPath = process.env['LILLIPUT_CHROMIUM'] ?? findBrowser(surroundings());
  if (chromiumPath === null) throw new Error('no Chromium is installed');
  const [first, second] = speech.map((path) => decodeWav(readFileSync(path)));
  if (first === undefined) throw new Error('nothing to say');
  const voices = { a: first, b: second ?? fromTheMiddle(first) };
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-voice-'));
  mkdirSync(out, { recursive: true });
  const homes = await createHomes();
  const leave = (): void => void homes.remove().finally(() => process.exit(exitInterrupted));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    const cable = await plugCable(homes, dir, {});
    const accounts = await makeAccounts(homes, dir);
    await cable.unplug();
    for (let i = 1; i <= repeat; i += 1) {
      for (const peer of peers) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const result = await runVoice({ peer, network, run: i, seconds, voices, homes, accounts, chromiumPath, outDir: out });
        process.stdout.write(`${JSON.stringify(result)}\n`);
      }
    }
  } finally {
    await homes.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The same speech, so that both ends do not say the same at the same time. */
function fromTheMiddle(speech: Int16Array): Int16Array {
  const middle = speech.length >> 1;
  const out = new Int16Array(speech.length);
  out.set(speech.subarray(middle));
  out.set(speech.subarray(0, middle), speech.length - middle);
  return out;
}
