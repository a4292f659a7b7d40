/* oxlint-disable no-underscore-dangle -- private members of the untyped library, declared in `RawNode` */
import dhtModule from 'dht-rpc';

interface RawNode {
  readonly destroyed: boolean;
  _ontick(): void;
}

// The package ships no types: this is what it calls every 5 s of real time.
const Dht = dhtModule as { readonly prototype: RawNode };

/** Every eighth tick asks the five nodes that were silent longest, one in sixty looks around. */
const ticksPerRound = 8;
const tickMs = 5_000;
/** A round's questions are answered before the next one. */
const pauseMs = 40;

/**
 * dht-rpc's own upkeep of its routing tables, which counts ticks of real time: when the laboratory's clock leaps, the ticks that
 * would have been are made up for, so that tables are as stale as in life and not staler.
 */
class Upkeep {
  readonly #nodes = new Set<RawNode>();
  #isInstalled = false;

  /** Before the first node. */
  install(): void {
    if (this.#isInstalled) return;
    this.#isInstalled = true;
    const tick = Dht.prototype._ontick;
    const nodes = this.#nodes;
    Dht.prototype._ontick = function ontick() {
      if (this.destroyed) nodes.delete(this);
      else nodes.add(this);
      tick.call(this);
    };
  }

  /** @param most rounds: fewer than there would have been is harder than life */
  async makeUp(elapsedMs: number, most: number): Promise<void> {
    const rounds = Math.min(most, Math.floor(elapsedMs / tickMs / ticksPerRound));
    for (let round = 0; round < rounds; round++) {
      for (const node of this.#nodes) {
        if (node.destroyed) this.#nodes.delete(node);
        else for (let each = 0; each < ticksPerRound; each++) node._ontick();
      }
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

export const upkeep = new Upkeep();
