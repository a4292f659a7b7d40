/** −60 dBFS is silence to a meter. */
const floorDb = -60;

/** Loudness of a frame for meters: 0 at −60 dBFS (RMS) and below, 1 at full scale, linear in decibels between. */
export function frameLevel(frame: Int16Array): number {
  let energy = 0;
  for (const sample of frame) energy += sample * sample;
  const rms = Math.sqrt(energy / Math.max(1, frame.length)) / 32_768;
  if (rms <= 0) return 0;
  return Math.max(0, Math.min(1, 1 - (20 * Math.log10(rms)) / floorDb));
}
