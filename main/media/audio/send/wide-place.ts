/**
 * Several in a row between which nobody else's stood, and so many of those lately: somebody who sends in bursts leaves room between
 * them. Quicker ones than these were held on the way, by a radio or behind one that wandered, and let go together.
 */
const wideFactor = 4;
const wideRun = 3;
const widePackets = 8;
const mostWideBps = 3_000_000;

/**
 * What a place carries of everything, where that is many times what we send: in a queue a packet comes out no sooner after the one
 * before than its own bytes take, and several did in a row so soon. So the queue there is others'.
 * @param spanMs in which the newest `packets` were sent @param spacingOf after which of them came out, where they stood one behind
 * the other; NaN otherwise. Of both functions the argument is how many packets came since.
 * @returns null: it was not seen
 */
export function wideRate(
  packets: number,
  spanMs: number,
  bytesOf: (back: number) => number,
  spacingOf: (back: number) => number,
): number | null {
  let sentBytes = 0;
  for (let back = 0; back < packets - 1; back += 1) sentBytes += bytesOf(back);
  const leastBytesPerMs = (wideFactor * sentBytes) / spanMs;
  let wide = 0;
  let bytes = 0;
  let tookMs = 0;
  let run = 0;
  let runBytes = 0;
  let runMs = 0;
  for (let back = 0; back < packets; back += 1) {
    const spacingMs = back < packets - 1 ? spacingOf(back) : Number.NaN;
    const bytesPerMs = bytesOf(back) / spacingMs;
    if (bytesPerMs > leastBytesPerMs && bytesPerMs < mostWideBps / 8_000) {
      run += 1;
      runBytes += bytesOf(back);
      runMs += spacingMs;
      continue;
    }
    if (run >= wideRun) {
      wide += run;
      bytes += runBytes;
      tookMs += runMs;
    }
    run = 0;
    runBytes = 0;
    runMs = 0;
  }
  return wide >= widePackets ? (8_000 * bytes) / tookMs : null;
}
