/** `node .setup/run.mjs [--built] SCRIPT [ARGS…]`: set-up (and with --built the build), then SCRIPT on the project's Node. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { SetupError, become, main, root } from './common.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const built = args[0] === '--built';
  const [script, ...rest] = built ? args.slice(1) : args;
  if (script === undefined) throw new SetupError('usage: node .setup/run.mjs [--built] SCRIPT [ARGS…]');
  if (!existsSync(join(root, script))) throw new SetupError(`${script} is not there yet.`);
  await setUp();
  if (built) await build('all');
  return become([join(root, script), ...rest]);
});
