import type { Bench } from './figures.ts';
import { callSetUp } from './benches/calls.ts';
import { idle } from './benches/idle.ts';
import { lookup } from './benches/lookup.ts';
import { messageDelivery } from './benches/messages.ts';
import { mouthToEar } from './benches/mouth-to-ear.ts';
import { opus } from './benches/opus.ts';
import { reunion } from './benches/reunion.ts';

/** In the order of the results. */
export const benches: readonly Bench[] = [lookup, callSetUp, mouthToEar, messageDelivery, idle, reunion, opus];
