/** What sends and waits under HyperDHT, whose own look at what waits a test takes away. */
declare module 'dht-rpc/lib/io.js' {
  const value: unknown;
  export default value;
}
