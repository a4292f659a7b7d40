import type { Base } from './base.ts';
import { comparePriorities, candidatePriority, isAtHome, isLoopback, isSameAddress, type Candidate } from './candidate.ts';
import type { Generation } from './generation.ts';
import { Pair } from './pair.ts';

/** Those that a peer may tell in one generation, and those that are found besides, behind routers that nobody foresaw. */
export const maxTold = 40;
const maxFound = 20;
/** RFC 8445 §6.1.2.5 */
const maxPairs = 100;

/** Every way that might work between what we have and what they have. */
export class CheckList {
  readonly #bases: Base[] = [];
  readonly #remotes: Candidate[] = [];
  #pairs: Pair[] = [];
  #told = 0;
  #found = 0;

  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  get bases(): readonly Base[] {
    return this.#bases;
  }

  /** Nobody is asked again before everybody was asked once. */
  inTurn(): readonly Pair[] {
    return [...this.#pairs.filter(({ attempts }) => attempts === 0), ...this.#pairs.filter(({ attempts }) => attempts > 0)];
  }

  addBase(base: Base, generation: Generation, isControlling: boolean, nowMs: number): void {
    this.#bases.push(base);
    if (generation.remote === null) return;
    if (base.only !== null) this.#form(base, onlyCandidate(base.only), generation, isControlling, nowMs);
    else for (const remote of this.#remotes) this.#form(base, remote, generation, isControlling, nowMs);
  }

  /** @returns what went with it */
  removeBase(base: Base): readonly Pair[] {
    const index = this.#bases.indexOf(base);
    if (index >= 0) this.#bases.splice(index, 1);
    const gone = this.#pairs.filter((pair) => pair.base === base);
    this.#pairs = this.#pairs.filter((pair) => pair.base !== base);
    return gone;
  }

  /** What the other side said of itself. Of one that was found already only the type is news. */
  addTold(remote: Candidate, generation: Generation, isControlling: boolean, nowMs: number): void {
    const { host, port } = remote.address;
    const index = this.#remotes.findIndex(({ address }) => isSameAddress(address, host, port));
    if (index >= 0) {
      this.#remotes[index] = remote;
      for (const pair of this.#pairs) if (isSameAddress(pair.remote.address, host, port)) pair.remote = remote;
      return;
    }
    if (this.#told >= maxTold) return;
    this.#told += 1;
    this.#remotes.push(remote);
    for (const base of this.#bases) if (base.only === null) this.#form(base, remote, generation, isControlling, nowMs);
  }

  /** Somebody authentic came from where nobody was expected (RFC 8445 §7.3.1.3); null: that happened too often. */
  addFound(base: Base, remote: Candidate, generation: Generation, nowMs: number): Pair | null {
    const known = this.#remotes.find(({ address }) => isSameAddress(address, remote.address.host, remote.address.port));
    if (known === undefined) {
      if (this.#found >= maxFound) return null;
      this.#found += 1;
      if (base.only === null) this.#remotes.push(remote);
    }
    if (this.#pairs.length >= maxPairs) return null;
    const pair = new Pair(base, known ?? remote, generation, nowMs);
    this.#pairs.push(pair);
    return pair;
  }

  find(base: Base, host: string, port: number, generation: Generation | null): Pair | null {
    for (const pair of this.#pairs) {
      const isIt = pair.base === base && isSameAddress(pair.remote.address, host, port);
      if (isIt && (generation === null || pair.generation === generation)) return pair;
    }
    return null;
  }

  /** A new round: what was told before counts no more; the pairs that work stay, for what is under way. */
  restart(keep: (pair: Pair) => boolean): readonly Pair[] {
    this.#remotes.length = 0;
    this.#told = 0;
    this.#found = 0;
    return this.drop((pair) => !keep(pair));
  }

  /** The overlay's path needs nobody's candidate. */
  begin(generation: Generation, isControlling: boolean, nowMs: number): void {
    for (const base of this.#bases) {
      if (base.only !== null) this.#form(base, onlyCandidate(base.only), generation, isControlling, nowMs);
    }
  }

  drop(isOld: (pair: Pair) => boolean): readonly Pair[] {
    const gone = this.#pairs.filter(isOld);
    this.#pairs = this.#pairs.filter((pair) => !isOld(pair));
    return gone;
  }

  #form(base: Base, remote: Candidate, generation: Generation, isControlling: boolean, nowMs: number): void {
    const { family, host, port } = remote.address;
    if (family !== base.address.family || this.#pairs.length >= maxPairs) return;
    // Loopback reaches loopback and nothing else; what a relay says of it is the relay's business.
    if (base.kind === 'host' && isLoopback(base.address.host) !== isLoopback(host)) return;
    if (base.kind === 'relay' && isAtHome(host)) return;
    if (this.find(base, host, port, generation) !== null) return;
    this.#pairs.push(new Pair(base, remote, generation, nowMs));
    this.#pairs.sort((a, b) => comparePriorities(priorityOf(a, isControlling), priorityOf(b, isControlling)));
  }
}

const onlyCandidate = (address: Candidate['address']): Candidate => ({ type: 'host', address, priority: 1 });

function priorityOf({ base, remote }: Pair, isControlling: boolean): { controlling: number; controlled: number } {
  const ours = candidatePriority(base.kind === 'host' ? 'host' : 'relay', base.localPreference);
  return isControlling ? { controlling: ours, controlled: remote.priority } : { controlling: remote.priority, controlled: ours };
}
