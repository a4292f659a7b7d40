/** Whether somebody speaks: loud above what the room is, with a memory for pauses between words. */
export interface VoiceActivity {
  /** @returns true if somebody speaks */
  frame(samples: Int16Array): boolean;
}

/** Above the room by this much. */
const aboveFloorDb = 9;
/** Quieter than this is nobody at this microphone. */
const leastDb = -52;
/** A click is shorter than three frames of 10 ms, a vowel is not. */
const onsetFrames = 3;
/** Pauses between words are shorter than 300 ms. */
const hangoverFrames = 30;
/** The room's level rises by 2 dB a second, so a fan that starts is forgotten in some seconds; it falls at once. */
const floorRiseDb = 0.02;
const startFloorDb = -60;
const lowestFloorDb = -80;
/** Hiss crosses zero at every second or third sample, a voice rarely; 480 samples a frame at 48 kHz. */
const hissCrossings = 170;

export function createVoiceActivity(): VoiceActivity {
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const room = { floorDb: startFloorDb };
  let run = 0;
  let hangover = 0;
  return {
    frame(samples) {
      let energy = 0;
      let crossings = 0;
      let before = 0;
      // By index: an iterator is an object more.
      for (let i = 0; i < samples.length; i += 1) {
        const sample = samples[i] ?? 0;
        energy += sample * sample;
        if (before < 0 !== sample < 0) crossings += 1;
        before = sample;
      }
      const db = 10 * Math.log10(energy / Math.max(1, samples.length) / 2 ** 30 + 1e-10);
      const { floorDb } = room;
      const isVoiced = db > floorDb + aboveFloorDb && db > leastDb && crossings < hissCrossings;
      room.floorDb = db < floorDb ? Math.max(lowestFloorDb, floorDb + (db - floorDb) * 0.2) : floorDb + floorRiseDb;
      run = isVoiced ? run + 1 : 0;
      if (run >= onsetFrames) hangover = hangoverFrames;
      else if (hangover > 0) hangover -= 1;
      return hangover > 0;
    },
  };
}
