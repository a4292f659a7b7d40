import type { NetworkView } from '../../preload/contract/index.ts';
import type { Lifecycle } from '../state/index.ts';
import type { Words } from '../strings/index.ts';

export interface StatusView {
  readonly word: string;
  readonly sentence: string;
  /** Strings of the fan, 0–4. */
  readonly strings: number;
  readonly well: boolean;
}

/** The connection in a word for the title bar and a sentence for the popover. */
export function statusView(words: Words, network: NetworkView | null, lifecycle: Lifecycle): StatusView {
  if (lifecycle !== 'up') {
    return { word: words('network.engine'), sentence: words('network.says.engine'), strings: 0, well: false };
  }
  const status = network?.status ?? 'starting';
  const strings = { connected: 4, alone: 2, limited: 2, starting: 1, reconnecting: 0 }[status];
  return {
    word: words(`network.${status}`),
    sentence: words(network === null || network.gateway === null ? `network.says.${status}` : 'network.says.carried'),
    strings,
    well: status === 'connected',
  };
}

/** What else there is to know, in sentences. */
export function networkFacts(words: Words, network: NetworkView): readonly string[] {
  const facts: string[] = [words('network.heard', { count: network.nodesHeard })];
  facts.push(network.supernode ? words('network.helping', { records: network.recordsHeld }) : words('network.notHelping'));
  if (network.gateway !== null) facts.push(words('network.gateway', { address: network.gateway }));
  if (network.publicAddress !== null) facts.push(words('network.address', { address: network.publicAddress }));
  return facts;
}
