/** The part of bittorrent-dht 11.0 that `meeting-place.ts` uses; the package ships no types. */
declare module 'bittorrent-dht' {
  export const Client: unknown;
}
