import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { DirectoryAnswer, DirectoryPutResult, DirectoryRefusal } from '../directory-store.ts';

/** A gateway could invent what all nodes say; so many of distinct networks don't lie together (DESIGN §4). */
export const enoughNetworks = 3;

/** How many gateways have to say the same: three, or as many as there are in a small network. */
export const gatewaysNeeded = (connected: number): number => Math.max(1, Math.min(enoughNetworks, connected));

/** What one gateway (one network: they are chosen so) said. */
export interface Report<T> {
  readonly network: string;
  readonly said: T;
}

/** Those statements that gateways of at least `needed` distinct networks make, once each, in the order of the first report. */
function agreed<T>(reports: readonly Report<readonly T[]>[], needed: number, keyOf: (statement: T) => string): T[] {
  const sayers = new Map<string, { readonly statement: T; readonly by: Set<string> }>();
  for (const { network, said } of reports) {
    for (const statement of said) {
      const key = keyOf(statement);
      const entry = sayers.get(key) ?? { statement, by: new Set<string>() };
      entry.by.add(network);
      sayers.set(key, entry);
    }
  }
  return [...sayers.values()].filter(({ by }) => by.size >= needed).map(({ statement }) => statement);
}

const textOf = (bytes: Uint8Array | null): string => (bytes === null ? '-' : Buffer.from(bytes).toString('base64'));

/** An answer counts when enough gateways say that this network gave it. */
export const agreedAnswers = (reports: readonly Report<readonly DirectoryAnswer[]>[], needed: number): DirectoryAnswer[] =>
  agreed(reports, needed, ({ network, record }) => `${network} ${textOf(record)}`);

/** Likewise for what became of a record. */
export function agreedPut(reports: readonly Report<DirectoryPutResult>[], needed: number): DirectoryPutResult {
  const storedBy = agreed(
    reports.map(({ network, said }) => ({ network, said: said.storedBy })),
    needed,
    (network) => network,
  );
  const refusals = agreed<DirectoryRefusal>(
    reports.map(({ network, said }) => ({ network, said: said.refusals })),
    needed,
    ({ network, code, held }) => `${network} ${code} ${textOf(held)}`,
  );
  return { storedBy, refusals };
}

/** Likewise for where something is kept. */
export const agreedNodes = (reports: readonly Report<readonly HostPort[]>[], needed: number): HostPort[] =>
  agreed(reports, needed, hostPortText);
