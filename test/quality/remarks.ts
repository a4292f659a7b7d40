/** What is to be known about a network's row, by its name. */
export const remarks: Readonly<Record<string, string>> = {
  clean:
    'a page’s own call stays in one process; ours goes from the page to the media process and back 200 times a second, through the browser’s network process, because media, keys and relays live outside the page: that is most of what its CPU is more.',
  up64: 'the limit is on both homes’ uplinks and counts IP packets; both directions are measured in it.',
  up32: 'the limit is on both homes’ uplinks and counts IP packets; both directions are measured in it. A frame of 40 ms takes 28 to 37 ms to leave there, and packets of the overlay and of the DHT, 100 bytes and more, stand in front of it at times: that is most of what p95 is over our clean.',
  greedy:
    'TCP is Linux’s CUBIC, a flow in each direction; kbit/s, packets and loss are of voice and TCP together, CPU is of voice alone. Of sources b2b0ebf4a7: they took TCP’s queue for a narrow place of ours. Those after them don’t (wide-place.ts), and in five repeats of this row alone (voice-greedy.jsonl) had 0.938 at 468 ms, Chromium 0.952 at 518 ms.',
  jitter30:
    'what is made up is a frame or two in half a minute that came later than was waited for: the playout buffer is shorter than Chromium’s.',
  jitter80: 'no packet comes sooner than 0 ms, and none overtakes another, so the mean imposed is more than 50 ms.',
  'loss20-jitter80': 'no packet comes sooner than 0 ms, and none overtakes another, so the mean imposed is more than 50 ms.',
  outage: '“sound back” is the last speech still missing or made up, after the first packet that can have arrived.',
  step: '“delay back” is counted from when the packets still under way with the longer delay have arrived.',
  skew200: 'only our headless client: a browser’s sound card can’t be told to run wrong.',
};
