/** None of these packages ships types; each is given its shape once, by the façade file that imports it. */
declare module 'hyperdht' {
  const value: unknown;
  export default value;
}
declare module 'dht-rpc/lib/peer.js' {
  const value: unknown;
  export default value;
}
declare module 'protomux' {
  const value: unknown;
  export default value;
}
declare module 'compact-encoding' {
  const value: unknown;
  export default value;
}
declare module 'hyperdht/lib/persistent.js' {
  const value: unknown;
  export default value;
}
declare module '@hyperswarm/secret-stream' {
  const value: unknown;
  export default value;
}
