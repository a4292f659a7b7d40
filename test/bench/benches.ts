import type { Bench } from './figures.ts';
import { callSetUp } from './benches/calls.ts';
import { lookup } from './benches/lookup.ts';
import { messageDelivery } from './benches/messages.ts';
import { opus } from './benches/opus.ts';

export const benches: readonly Bench[] = [lookup, callSetUp, messageDelivery, opus];
