/**
 * `node .setup/run.mjs [--built] [--lab=voice|nat] SCRIPT [ARGS…]`: set-up (with --built the build, with --lab what that laboratory
 * stands on), then SCRIPT on the project's Node.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { SetupError, become, main, root, say } from './common.mjs';
import { setUp } from './setup.mjs';
import { installLabTools, isLab } from './tools.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => !arg.startsWith('--'));
  const [script, ...rest] = args.slice(at);
  const flags = args.slice(0, at);
  const lab = flags.find((flag) => flag.startsWith('--lab='))?.slice('--lab='.length);
  const known = ['--built', `--lab=${lab}`];
  if (at < 0 || script === undefined || !flags.every((flag) => known.includes(flag)) || (lab !== undefined && !isLab(lab))) {
    throw new SetupError('usage: node .setup/run.mjs [--built] [--lab=voice|nat] SCRIPT [ARGS…]');
  }
  if (!existsSync(join(root, script))) throw new SetupError(`${script} is not there yet.`);
  await setUp();
  if (flags.includes('--built')) await build('all');
  if (lab !== undefined) {
    const missing = await installLabTools(lab);
    // It can do with less, and says itself what it can't do without.
    if (missing.length > 0) say(`the laboratory would like Debian's ${missing.join(', ')}.`);
  }
  return become([join(root, script), ...rest]);
});
