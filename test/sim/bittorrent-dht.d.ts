/** What `bittorrent-world.ts` makes nodes of; the package ships no types. */
declare module 'bittorrent-dht' {
  export const Client: unknown;
}
