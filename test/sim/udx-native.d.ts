/** The UDP socket under HyperDHT, whose packets the laboratory counts, delays and drops. */
declare module 'udx-native/lib/socket.js' {
  const value: unknown;
  export default value;
}
