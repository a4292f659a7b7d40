import { runProgram } from './run-program.ts';

/** The two ends of the cable. */
export type End = 'a' | 'b';
export const ends = ['a', 'b'] as const;
export const otherEnd = (end: End): End => (end === 'a' ? 'b' : 'a');

/** A network namespace of its own: nothing in it but itself and one end of the cable. */
export interface Home {
  readonly end: End;
  readonly namespace: string;
  readonly device: string;
  readonly address: string;
  /** Put before a command line, it runs that command in this home. */
  readonly inside: readonly string[];
}

export interface Homes {
  readonly a: Home;
  readonly b: Home;
  /** Once the cable has made the devices. */
  plugIn(): Promise<void>;
  remove(): Promise<void>;
}

/** RFC 2544's block for measuring networks: nobody's real address, so nobody takes it for a neighbour's. */
const addressOf: Readonly<Record<End, string>> = { a: '198.18.0.1', b: '198.19.0.2' };
const prefixLength = 15;

/** Two homes that know each other only over the cable. Needs root. */
export async function createHomes(): Promise<Homes> {
  const homeAt = (end: End): Home => {
    const namespace = `lilliput-${process.pid}-${end}`;
    const inside = ['nsenter', `--net=/run/netns/${namespace}`, '--'];
    return { end, namespace, device: 'cable', address: addressOf[end], inside };
  };
  const homes = { a: homeAt('a'), b: homeAt('b') };
  const made: Home[] = [];
  const remove = async (): Promise<void> => {
    for (const { namespace } of made.splice(0)) {
      // oxlint-disable-next-line no-await-in-loop -- two, at the end
      await runProgram('ip', ['netns', 'delete', namespace]);
    }
  };
  try {
    for (const end of ends) {
      // oxlint-disable-next-line no-await-in-loop -- two, once
      await runProgram('ip', ['netns', 'add', homes[end].namespace]);
      made.push(homes[end]);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    ...homes,
    async plugIn() {
      await Promise.all(
        ends.map(async (end) => {
          const { namespace, device, address } = homes[end];
          const ip = (...args: string[]): Promise<string> => runProgram('ip', ['-n', namespace, ...args]);
          await ip('link', 'set', 'lo', 'up');
          await ip('address', 'add', `${address}/${prefixLength}`, 'dev', device);
          await ip('link', 'set', device, 'up');
        }),
      );
    },
    remove,
  };
}
