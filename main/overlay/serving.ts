import type { OverlayHealth } from './overlay.ts';

/** What we do for strangers beyond keeping their records and answering their questions. */
export interface Serving {
  readonly gateway: boolean;
  readonly blindRelay: boolean;
}

/** Only a supernode is found, a gateway that hears nobody leads nowhere, and neither is open against the person's will. */
export const servingNow = (health: Pick<OverlayHealth, 'supernode' | 'nodesHeard'>, mayCarry: boolean): Serving => ({
  gateway: mayCarry && health.supernode && health.nodesHeard > 0,
  blindRelay: mayCarry && health.supernode,
});
