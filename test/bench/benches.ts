import type { Bench } from './figures.ts';
import { callSetUp } from './benches/calls.ts';
import { idle } from './benches/idle.ts';
import { history } from './benches/history.ts';
import { lookup } from './benches/lookup.ts';
import { mediaCost } from './benches/media-cost.ts';
import { messageDelivery } from './benches/messages.ts';
import { mouthToEar } from './benches/mouth-to-ear.ts';
import { noise } from './benches/noise.ts';
import { opus } from './benches/opus.ts';
import { pageCall } from './benches/page-call.ts';
import { pageCost } from './benches/page-cost.ts';
import { relay } from './benches/relay.ts';
import { reunion } from './benches/reunion.ts';
import { windowBench } from './benches/window.ts';
import { startToWindow } from './benches/start.ts';

/** In the order of the results. */
export const benches: readonly Bench[] = [
  lookup,
  callSetUp,
  mouthToEar,
  pageCall,
  messageDelivery,
  history,
  startToWindow,
  windowBench,
  idle,
  reunion,
  opus,
  mediaCost,
  pageCost,
  noise,
  relay,
];
