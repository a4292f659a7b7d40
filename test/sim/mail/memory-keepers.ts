import { createMailboxJudge } from '../../../main/mailbox/index.ts';
import type { MailboxRefusal, MailboxShelf, MailboxStore } from '../../../main/overlay/index.ts';
import { MailboxKeeper } from '../../../main/overlay/mailbox/mailbox-keeper.ts';
import { defaultMailboxLimits } from '../../../main/overlay/mailbox/mailbox-limits.ts';
import { removalsAtOnce } from '../../../main/overlay/mailbox/mailbox-wire.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import type { Clock } from '../../../main/ports/clock.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { Random } from '../../../main/ports/random.ts';
import { memoryMailboxShelf } from '../mailbox-shelf.ts';
import { cheapMailboxWork } from '../world.ts';

/** Supernodes as their own rules make them (`MailboxKeeper`), with no network between them and who asks. */
export interface MemoryKeepers {
  /** As somebody sees them who has a network (null: one that no quota counts); whether they do is theirs to say. */
  storeFor(network: string | null, isOnline: () => boolean): MailboxStore;
  /** These many die, with all that they keep. */
  kill(count: number): void;
  /** All lose the items they keep, and know their owners still. */
  forget(): void;
  /** That share of all requests gets no answer. */
  loss: number;
}

/** A keeper's work is another computer's: it must not add up to one long turn of ours. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function memoryKeepers(count: number, clock: Clock, random: Random): MemoryKeepers {
  const open = (): { readonly keeper: MailboxKeeper; readonly shelf: MailboxShelf } => {
    const shelf = memoryMailboxShelf();
    const judge = createMailboxJudge(cheapMailboxWork);
    const keeper = new MailboxKeeper({
      clock,
      log: silentLogger,
      shelf,
      judge,
      limits: defaultMailboxLimits,
      isNear: () => true,
    });
    return { keeper, shelf };
  };
  const alive = Array.from({ length: count }, (_, index) => {
    const host = `10.0.${index}.1`;
    return { ...open(), place: { at: { host, port: 1 }, network: host } };
  });
  const keepers: MemoryKeepers = {
    loss: 0,
    kill: (killed) => void alive.splice(0, killed),
    forget() {
      for (const each of alive) {
        const boxes = each.shelf.loadBoxes();
        Object.assign(each, open());
        for (const { target, record } of boxes) each.shelf.saveBox(target, record);
        each.keeper.start();
      }
    },
    storeFor(network, isOnline) {
      const answers = (): boolean => random.fraction() >= keepers.loss;
      const answering = (): typeof alive => {
        if (!isOnline() || alive.length === 0) throw new AppError('NO_NETWORK', 'nobody answers');
        return alive.filter(answers);
      };
      const at = (host: string | undefined): MailboxKeeper | null =>
        (isOnline() && answers() && alive.find(({ place }) => place.at.host === host)?.keeper) || null;
      const summed = (said: readonly (readonly [string, 'stored' | MailboxRefusal])[]) => {
        if (said.length === 0) throw new AppError('NO_NETWORK', 'nobody answers');
        return {
          storedBy: said.flatMap(([where, result]) => (result === 'stored' ? [where] : [])),
          refusals: said.flatMap(([where, code]) => (code === 'stored' ? [] : [{ code, network: where }])),
        };
      };
      return {
        places: async () => answering().map(({ place }) => place),
        find: async (target) => answering().flatMap(({ keeper }) => keeper.record(target) ?? []),
        register: async (target, record) =>
          summed(
            await Promise.all(
              answering().map(async ({ keeper, place }) => [place.network, await keeper.register(target, record)] as const),
            ),
          ),
        deposit: async (target, item) =>
          summed(
            answering().map(({ keeper, place }) => {
              const facts = keeper.consider(target, item.slip, network);
              if (facts === 'raise') throw new Error('no strangers write here');
              return [place.network, typeof facts === 'string' ? facts : keeper.store(target, facts, item, 0, network)] as const;
            }),
          ),
        async list(place, { target }) {
          const keeper = at(place.at?.host);
          if (keeper === null) return null;
          const first = keeper.list(target, 0);
          const items = [...first.items];
          while (items.length < first.total) {
            // oxlint-disable-next-line no-await-in-loop -- page by page, as over a wire
            await turn();
            items.push(...keeper.list(target, items.length).items);
          }
          return items;
        },
        fetch: async (place, { target }, id) => at(place.at?.host)?.body(target, id) ?? null,
        async remove(place, target, removals) {
          const keeper = at(place.at?.host);
          let isDone = keeper !== null;
          for (const [index, { id, signature }] of removals.entries()) {
            // oxlint-disable-next-line no-await-in-loop -- as many as a datagram holds
            if (index % removalsAtOnce === 0) await turn();
            if (keeper?.remove(target, id, signature) !== true) isDone = false;
          }
          return isDone;
        },
      };
    },
  };
  return keepers;
}
