/** `npm run check`: types, lint and format of everything, each to its end, so that one run shows all there is to mend. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, main, projectEnv, projectNode, root, run, say } from './common.mjs';
import { setUp } from './setup.mjs';

const bin = (/** @type {string[]} */ ...path) => join(root, 'node_modules', ...path);

const checks = [
  { name: 'types', args: [bin('typescript', 'bin', 'tsc'), '-b', '--pretty', 'false'] },
  { name: 'lint', args: [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', args: [bin('oxfmt', 'bin', 'oxfmt'), '--check'] },
];

/** @returns {Promise<{ passed: number, failed: number, skipped: number }>} */
export async function check() {
  const node = projectNode();
  if (node === undefined) throw new SetupError('Node 24 is missing.');
  const failed = [];
  for (const { name, args } of checks) {
    if ((await run(node, args, { env: projectEnv() })) !== 0) failed.push(name);
  }
  say(
    failed.length === 0
      ? 'types, lint and format are in order.'
      : `not in order: ${failed.join(', ')}. (npx oxfmt mends the format.)`,
  );
  return { passed: checks.length - failed.length, failed: failed.length, skipped: 0 };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await setUp();
    return (await check()).failed === 0 ? 0 : 1;
  });
}
