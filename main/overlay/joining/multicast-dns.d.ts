/** The part of multicast-dns 7.2 that `mdns.ts` uses; the package ships no types. */
declare module 'multicast-dns' {
  const value: unknown;
  export default value;
}
