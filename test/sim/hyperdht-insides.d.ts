/** Parts of HyperDHT that a test changes, to be behind routers that are not there. */
declare module 'hyperdht/lib/holepuncher.js' {
  const value: unknown;
  export default value;
}
declare module 'hyperdht/lib/nat.js' {
  const value: unknown;
  export default value;
}
