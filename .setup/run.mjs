/**
 * `node .setup/run.mjs [--built] [--lab] SCRIPT [ARGS…]`: set-up (with --built the build, with --lab what the voice laboratory
 * stands on), then SCRIPT on the project's Node.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { SetupError, become, main, root, say } from './common.mjs';
import { setUp } from './setup.mjs';
import { installLabTools } from './tools.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => !arg.startsWith('--'));
  const [script, ...rest] = args.slice(at);
  const flags = args.slice(0, at);
  if (at < 0 || script === undefined || flags.some((flag) => flag !== '--built' && flag !== '--lab')) {
    throw new SetupError('usage: node .setup/run.mjs [--built] [--lab] SCRIPT [ARGS…]');
  }
  if (!existsSync(join(root, script))) throw new SetupError(`${script} is not there yet.`);
  await setUp();
  if (flags.includes('--built')) await build('all');
  if (flags.includes('--lab')) {
    const missing = await installLabTools();
    // It can do with less, and says itself what it can't do without.
    if (missing.length > 0) say(`the laboratory would like Debian's ${missing.join(', ')}.`);
  }
  return become([join(root, script), ...rest]);
});
