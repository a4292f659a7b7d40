import { directoryCommands } from '../../../../main/overlay/directory/directory-wire.ts';
import { claimNames, lookMany, percent, success, sumOf, type Outcomes } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { restOfSessionMs, sessionMs } from '../sessions.ts';
import { wires } from '../wires.ts';
import { realSeconds, type LabNode } from '../world.ts';

const hourMs = 3_600_000;
/** Of those who come, so many were there before, and have their disk. */
const returningShare = 0.5;

/** Supernodes come and go, all of them without a word, as Skype's did; half of the owners are away, so that nothing but replication keeps their names. */
export const churn: Scenario = {
  name: 'churn',
  goal: 'supernodes come and go (median session 5.5 h): ≥ 99.9 % of lookups right, whether the owner is there or away',
  async run(world, { isShort, say }) {
    const isLarge = world.nodes.length > 500;
    // A step of a thousand nodes takes a minute of one core.
    const hours = isShort ? 5 : isLarge ? 12 : 72;
    const stepMs = hourMs;
    const [present, away] = [
      await claimNames(world, isShort ? 20 : 100, 'here'),
      await claimNames(world, isShort ? 20 : 100, 'away'),
    ];
    const refreshers = present.map(({ directory, secrets }) => directory.startRefreshing(() => secrets));
    const size = world.nodes.length;
    const { clock, random } = world;
    const endsAt = new Map<LabNode, number>(world.nodes.map((node) => [node, clock.monotonicMs() + restOfSessionMs(random)]));
    const gone: LabNode[] = [];
    const [seenPresent, seenAway]: [Outcomes[], Outcomes[]] = [[], []];
    let left = 0;
    // In life 90 an hour. Fewer are harder, and all that a thousand nodes in one process can do in a few seconds.
    const upkeepRounds = isShort ? 5 : Math.max(5, Math.floor(6_000 / size));
    const lookupsEach = isShort ? 10 : 40;
    const [sentBefore, putsBefore] = [world.messages(), wires.asked(directoryCommands.put)];
    for (let elapsedMs = 0; elapsedMs < hours * hourMs; elapsedMs += stepMs) {
      /* oxlint-disable no-await-in-loop -- time passes step by step */
      await world.pass(stepMs, upkeepRounds);
      const over = [...endsAt].filter(([, endMs]) => endMs <= clock.monotonicMs()).map(([node]) => node);
      for (const node of over) endsAt.delete(node);
      await world.kill(over);
      left += over.length;
      const back = over.flatMap(() => (random.fraction() < returningShare ? (gone.shift() ?? []) : []));
      // Lookups begin where the dead are still in all tables.
      const [ofPresent, ofAway, ...came] = await Promise.all([
        lookMany(world, present, lookupsEach),
        lookMany(world, away, lookupsEach),
        world.add(over.length - back.length),
        ...back.map(async (node) => [await world.restart(node, world.entrances(1))]),
        realSeconds(1),
      ]);
      for (const node of came.flat()) if (node !== undefined) endsAt.set(node, clock.monotonicMs() + sessionMs(random));
      gone.push(...over);
      seenPresent.push(ofPresent);
      seenAway.push(ofAway);
      /* oxlint-enable no-await-in-loop */
      say(
        `  ${elapsedMs / hourMs} h, ${left} left: present ${percent(success(sumOf(seenPresent)))}, away ${percent(success(sumOf(seenAway)))}`,
      );
    }
    await Promise.all(refreshers.map((refresher) => refresher.stop()));
    const [ofPresent, ofAway] = [sumOf(seenPresent), sumOf(seenAway)];
    const putsAfter = wires.asked(directoryCommands.put);
    const records = world.nodes.map(({ overlay }) => overlay.health().recordsHeld);
    const share = success(sumOf([ofPresent, ofAway]));
    return {
      figures: {
        hours,
        supernodesLeft: left,
        leftPerHourPercent: Number(((left / size / hours) * 100).toFixed(1)),
        ownerPresent: percent(success(ofPresent)),
        ownerAway: percent(success(ofAway)),
        notFound: ofPresent['not-found'] + ofAway['not-found'],
        noNetwork: ofPresent['no-network'] + ofAway['no-network'],
        wrong: ofPresent.wrong + ofAway.wrong,
        disputed: ofPresent.disputed + ofAway.disputed,
        lookups: seenPresent.length * 2 * lookupsEach,
        recordsPerNode: Math.round(records.reduce((sum, count) => sum + count, 0) / records.length),
        // Digests and records: replication, and the owners' refreshes.
        putsPerNodeHour: Math.round((putsAfter.messages - putsBefore.messages) / size / hours),
        putBytesPerNodeHour: Math.round((putsAfter.bytes - putsBefore.bytes) / size / hours),
        messagesPerNodeHour: Math.round((world.messages() - sentBefore) / size / hours),
      },
      kept: share >= 0.999,
      words: `in ${hours} h ${left} of ${size} left and as many came: ${percent(success(ofPresent))} right where the owner was there, ${percent(success(ofAway))} where away`,
    };
  },
};
