/** Parts of HyperDHT that a test changes, to be behind routers that are not there. */
declare module 'hyperdht/lib/holepuncher.js' {
  const value: unknown;
  export default value;
}
declare module 'hyperdht/lib/nat.js' {
  const value: unknown;
  export default value;
}
/** The routing and upkeep under it, whose ticks the laboratory counts. */
declare module 'dht-rpc' {
  const value: unknown;
  export default value;
}
