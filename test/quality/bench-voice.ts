/**
 * `npm run bench:voice [-- --short] [--resume] [--speech WAV]… [--only NETWORK]… [--repeats N] [--seconds N] [--out DIR]`:
 * all networks, ours and Chromium's own WebRTC in turns, and from that the table of goals. Each call is a line of `voice.jsonl`
 * at once, so that `--resume` goes on where a run of the same voice sources was ended, or adds repeats to it; `voice.md`,
 * `voice.json` and `voice.svg` are made from all lines of these sources.
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { describeMachine } from '../bench/machine.ts';
import { speechLike } from '../lab/speech-like.ts';
import { inLaboratory, inProcessWords, possibleCable, readVoices, unfit } from './laboratory.ts';
import { networks, type Network } from './networks.ts';
import type { PeerName } from './peers/peers.ts';
import { remarks } from './remarks.ts';
import { parseRuns, writeReport } from './report/index.ts';
import { voiceVersion } from './voice-sources.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** In a quarter of an hour: one network of each kind. */
const shortNetworks = ['clean', 'loss20', 'burst-5-15-100', 'jitter80', 'up32', 'outage'];
const kinds = {
  short: { seconds: 20, repeats: 1 },
  whole: { seconds: 30, repeats: 5 },
};

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
    speech: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: [] },
    repeats: { type: 'string' },
    seconds: { type: 'string' },
    out: { type: 'string', default: path('../bench/results') },
  },
});
const kind = values.short ? kinds.short : kinds.whole;
const repeats = z.coerce
  .number()
  .int()
  .min(1)
  .max(100)
  .parse(values.repeats ?? kind.repeats);
const seconds = z.coerce
  .number()
  .min(20)
  .max(600)
  .parse(values.seconds ?? kind.seconds);
const unknown = values.only.find((name) => !networks.some((network) => network.name === name));
if (unknown !== undefined) {
  process.stderr.write(`there is no network ${unknown}; there are: ${networks.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const wanted = values.only.length > 0 ? values.only : values.short ? shortNetworks : networks.map(({ name }) => name);
const voices =
  values.speech.length === 0
    ? { a: speechLike(11, 1), b: speechLike(9, 2) }
    : readVoices(values.speech.map((file) => resolve(file)));

/** Runs of other voice sources are not mixed in; commits that leave those alone are. */
const version = voiceVersion(path('../..'));

mkdirSync(values.out, { recursive: true });
const linesPath = join(values.out, 'voice.jsonl');
if (!values.resume) rmSync(linesPath, { force: true });

const cable = await possibleCable();
if (cable === 'in-process') process.stderr.write(`${inProcessWords}\n`);

/** Lines of these sources and this kind of cable, as they are. */
function ownLines(): string[] {
  if (!existsSync(linesPath)) return [];
  return readFileSync(linesPath, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && isOwn(JSON.parse(line)));
}
const originSchema = z.looseObject({ version: z.string(), cable: z.enum(['namespaces', 'in-process']) });
function isOwn(line: unknown): boolean {
  const origin = originSchema.safeParse(line).data;
  return origin?.version === version && origin.cable === cable;
}

interface Planned {
  readonly network: Network;
  readonly peer: PeerName;
  readonly run: number;
}

const peersFor = ({ skewPpm }: Network): readonly PeerName[] =>
  skewPpm !== 0 ? ['lilliput-headless'] : ['lilliput', 'chromium'];
const asked = networks.filter(({ name }) => wanted.includes(name));

/** In turns, so that what the machine does meanwhile meets both; round by round, so that one that is cut leaves equal counts. */
const compared: readonly Planned[] = Array.from({ length: repeats }, (_, i) => i + 1).flatMap((run) =>
  asked.flatMap((network) => peersFor(network).map((peer) => ({ network, peer, run }))),
);
/** Once each, after all else: no goal asks for them. */
const extra: readonly Planned[] = values.short
  ? []
  : asked.filter(({ skewPpm }) => skewPpm === 0).map((network) => ({ network, peer: 'lilliput-headless' as const, run: 1 }));
const plan = [...compared, ...extra].filter(({ network, peer }) => unfit(cable, network, peer) === null);

const keyOf = (network: string, peer: string, run: number): string => `${network} ${peer} ${run}`;
const done = new Set(parseRuns(ownLines().join('\n')).map(({ network, peer, run }) => keyOf(network, peer, run)));
const missing = plan.filter(({ network, peer, run }) => !done.has(keyOf(network.name, peer, run)));
const say = (words: string): void => void process.stderr.write(`${words}\n`);
say(`${missing.length} calls of ${plan.length}`);
const beganMs = performance.now();

const outDir = mkdtempSync(join(tmpdir(), 'lilliput-bench-voice-'));
let failed = 0;
try {
  if (missing.length > 0) {
    await inLaboratory(cable, async (callOnce) => {
      for (const { network, peer, run } of missing) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- one at a time: they would measure each other
          const result = await callOnce({ peer, network, run, seconds, voices, outDir, afterwards: !values.short });
          appendFileSync(linesPath, `${JSON.stringify({ version, ...result })}\n`);
          const { mouthToEarMs, estoi } = result;
          say(
            `${keyOf(network.name, peer, run)}: ${Math.round(mouthToEarMs?.p50 ?? Number.NaN)} ms, ESTOI ${estoi?.toFixed(3) ?? '–'}`,
          );
        } catch (error) {
          failed += 1;
          say(
            `${keyOf(network.name, peer, run)} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          );
        }
      }
    });
  }
} finally {
  rmSync(outDir, { recursive: true, force: true });
}

say(`${missing.length - failed} calls in ${((performance.now() - beganMs) / 60_000).toFixed(1)} minutes`);

const machine = describeMachine();
const report = writeReport(parseRuns(ownLines().join('\n')), {
  title: 'Voice over bad networks',
  circumstances: [
    `Voice sources ${version}, ${new Date().toISOString().slice(0, 10)}. ${machine.cores} cores, Node ${machine.node}, ${machine.os}.`,
    cable === 'namespaces'
      ? 'Two homes in network namespaces, each a whole app (or a page with one RTCPeerConnection) in Chromium, joined by an impaired cable; 50 ms each way.'
      : `${inProcessWords} 50 ms each way. Chromium’s own WebRTC can’t be impaired so: its rows are missing.`,
    values.speech.length === 0 ? 'Synthetic speech.' : 'Real speech, both ends at once.',
    'Mouth-to-ear includes both sound cards. CPU is that of all processes of a home.',
  ],
  remarks,
});
writeFileSync(join(values.out, 'voice.md'), report.markdown);
writeFileSync(join(values.out, 'voice.svg'), report.chart);
writeFileSync(
  join(values.out, 'voice.json'),
  `${JSON.stringify({ version, machine, rows: report.rows, verdicts: report.verdicts }, null, 2)}\n`,
);
process.stdout.write(report.markdown);
// A call that can't be measured is a failure; what is measured never is.
process.exit(failed === 0 ? 0 : 1);
