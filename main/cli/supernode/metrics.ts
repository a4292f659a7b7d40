import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { NetworkView } from '../../../preload/contract/index.ts';
import type { RelayEvent } from '../../shell/index.ts';

type RelayCounts = Extract<RelayEvent, { kind: 'relay-counts' }>;

/** A supernode's figures in Prometheus's text format, and whether it is well. */
export interface ServerMetrics {
  heardNetwork(view: NetworkView): void;
  heardRelay(event: RelayEvent): void;
  heardDraining(): void;
  /** @returns body and content type */
  text(): Promise<{ readonly body: string; readonly type: string }>;
  health(): { readonly isWell: boolean; readonly words: Readonly<Record<string, string | number | boolean>> };
}

export function createServerMetrics(version: string): ServerMetrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  let view: NetworkView | null = null;
  let isDraining = false;
  let counts: RelayCounts | null = null;
  /** Of relays that fell: a counter never goes back. */
  let past = { packets: 0, dropped: 0 };

  const gauge = (name: string, help: string, read: () => number): void => {
    register.registerMetric(
      new Gauge({
        name: `lilliput_${name}`,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  };
  const counter = (name: string, help: string, read: () => number): void => {
    register.registerMetric(
      new Counter({
        name: `lilliput_${name}_total`,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(read());
        },
      }),
    );
  };
  const info = new Gauge({
    name: 'lilliput_info',
    help: 'Always 1; which version runs.',
    labelNames: ['version'],
    registers: [register],
  });
  info.set({ version }, 1);
  gauge('supernode', '1 while this node stores and answers for others.', () => Number(view?.supernode ?? false));
  gauge('draining', '1 while it gets ready to go.', () => Number(isDraining));
  gauge('nodes_heard', 'Nodes in its routing table that answered or asked.', () => view?.nodesHeard ?? 0);
  gauge('vouchers', 'Other networks that reached it when they were last asked to.', () => view?.role.vouchers ?? 0);
  gauge('records', 'Entries of the name directory that it holds.', () => view?.recordsHeld ?? 0);
  gauge('mailbox_items', 'Sealed items that wait here to be fetched.', () => view?.carrying.mailbox.items ?? 0);
  gauge('mailbox_bytes', 'Their bytes.', () => view?.carrying.mailbox.bytes ?? 0);
  gauge('calls', 'Calls of others whose sound goes through here now.', () => view?.carrying.calls ?? 0);
  gauge('pairs', 'Connections of two others that meet here.', () => view?.carrying.pairs ?? 0);
  gauge('gateway_clients', 'Computers whose network lets no UDP out, carried here.', () => view?.carrying.gatewayClients ?? 0);
  gauge('relay_allocations', 'TURN allocations: ends of calls, in use or kept ready.', () => counts?.allocations ?? 0);
  counter('carried_bytes', 'Passed on for others since this profile was made.', () => view?.carrying.ever?.bytes ?? 0);
  counter('carried_calls', 'Calls carried since this profile was made.', () => view?.carrying.ever?.calls ?? 0);
  counter('relay_packets', 'Packets of calls passed on since this start.', () => past.packets + (counts?.packets ?? 0));
  counter(
    'relay_dropped',
    'Packets not passed on (over a limit, not permitted) since this start.',
    () => past.dropped + (counts?.dropped ?? 0),
  );

  return {
    heardNetwork(next) {
      view = next;
    },
    heardRelay(event) {
      if (event.kind === 'relay-counts') counts = event;
      if (event.kind !== 'relay-gone' || counts === null) return;
      past = { packets: past.packets + counts.packets, dropped: past.dropped + counts.dropped };
      counts = null;
    },
    heardDraining() {
      isDraining = true;
    },
    text: async () => ({ body: await register.metrics(), type: register.contentType }),
    health: () => ({
      isWell: view !== null && view.supernode && !isDraining,
      words: {
        status: view?.status ?? 'starting',
        supernode: view?.supernode ?? false,
        reason: view?.role.reason ?? 'starting',
        nodesHeard: view?.nodesHeard ?? 0,
        draining: isDraining,
      },
    }),
  };
}
