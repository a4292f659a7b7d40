import type { HomeKind } from './home-kinds.ts';

/** What a router does with packets, in nftables' language. `wan` is the line to the internet, `lan` the home. */
export type RouterRules = 'fc' | 'ar' | 'pr' | 'sym' | 'blk' | 'v6fw' | 'ds' | 'prx';

/** From the home outwards. */
export function routersOf(kind: HomeKind): readonly RouterRules[] {
  switch (kind) {
    case 'cgn':
      return ['pr', 'pr'];
    case 'cgs':
      return ['pr', 'sym'];
    case 'fc':
    case 'ar':
    case 'pr':
    case 'sym':
    case 'blk':
    case 'v6fw':
    case 'ds':
    case 'prx':
      return [kind];
  }
}

/**
 * What comes from the internet uninvited is dropped, and not merely refused: were it taken in, connection tracking would hold
 * its addresses and ports, and a packet of ours to the same peer would leave from another port than the one it learnt.
 */
const ownDoor = `
  chain input {
    type filter hook input priority filter; policy drop;
    iifname != "wan" accept
    icmp type echo-request accept
    ct state established,related accept
  }`;

const answersOnly = `
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname "lan" oifname "wan" accept
    ct state established,related accept
    ct status dnat accept
  }`;

/** Linux keeps the port if it is free: the same for all destinations. */
const keepPort = 'oifname "wan" masquerade';
const anyPort = 'oifname "wan" masquerade fully-random';

/** A port that something inside has sent from, for as long as a usual router remembers it. */
const learnt = `
  map inside { type inet_service : ipv4_addr; flags dynamic,timeout; timeout 60s; size 65535; }`;

const learnPort = 'update @inside { udp sport : ip saddr }';

const learning = (statements: string): string => `
  chain learn {
    type filter hook forward priority filter - 10;
    iifname "lan" oifname "wan" meta l4proto udp ${statements}
  }`;

const letIn = (condition: string): string => `
  chain let-in {
    type nat hook prerouting priority dstnat;
    iifname "wan" meta l4proto udp ${condition} dnat to udp dport map @inside
  }`;

const translate = (statement: string): string => `
  chain translate { type nat hook postrouting priority srcnat; ${statement}; }`;

const ipv4 = (...parts: readonly string[]): string => `table ip router {${parts.join('\n')}\n}\n`;

const symmetric = ipv4(ownDoor, answersOnly, translate(anyPort));

const firewall6 = `table ip6 router {
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname "lan" oifname "wan" accept
    ct state established,related accept
    icmpv6 type { echo-request, packet-too-big } accept
  }
}
`;

export const nftRules: Readonly<Record<RouterRules, string>> = {
  fc: ipv4(learnt, ownDoor, answersOnly, learning(learnPort), letIn(''), translate(keepPort)),
  ar: ipv4(
    learnt,
    '  set spoken-to { type ipv4_addr . inet_service; flags dynamic,timeout; timeout 60s; size 65535; }',
    ownDoor,
    answersOnly,
    learning(`${learnPort} update @spoken-to { ip daddr . udp sport }`),
    letIn('ip saddr . udp dport @spoken-to'),
    translate(keepPort),
  ),
  pr: ipv4(ownDoor, answersOnly, translate(keepPort)),
  sym: symmetric,
  // Without an answer, as most of them: whoever waits for a refusal waits long.
  blk: ipv4(
    ownDoor,
    `
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname "lan" oifname "wan" tcp dport 443 accept
    ct state established,related accept
  }`,
    translate(keepPort),
  ),
  // What its own proxy connects to is no packet of the home's.
  prx: ipv4(ownDoor, '  chain forward { type filter hook forward priority filter; policy drop; }'),
  v6fw: firewall6,
  ds: symmetric + firewall6,
};
