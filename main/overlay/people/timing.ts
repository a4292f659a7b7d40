/** All in milliseconds. Tests shorten some; nothing else does. */
export interface LinkTiming {
  /** From the open connection to a verified hello of the other side. */
  readonly helloMs: number;
  /** The dialer waits so long for the answer to its hello: an open path that stays silent (FACTS) is none. */
  readonly answerMs: number;
  /** Say something at least so often; half of the third that `deadAfterMs` allows, so that two lost packets are no death. */
  readonly pingEveryMs: number;
  /** Nothing heard for so long: the link is dead (HyperDHT alone needs 13 s). */
  readonly deadAfterMs: number;
  /** An interrupted session is given up after so long. With `deadAfterMs` this stays under the promised 15 s. */
  readonly graceMs: number;
  /** Received messages are acknowledged together after so long. */
  readonly ackAfterMs: number;
  /** The higher account key leaves the lower one this head start, so that usually only one dials. */
  readonly followAfterMs: number;
  /** No connection yet: try once more beside the first attempt. */
  readonly hedgeAfterMs: number;
  /** The direct way alone is given so long before a relay is asked beside it; most are open within 50 ms, hard ones take seconds. */
  readonly relayAfterMs: number;
  /** One attempt; punching through hard routers takes up to 9 s (FACTS). */
  readonly attemptMs: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
}

export const defaultLinkTiming: LinkTiming = {
  helloMs: 3_000,
  answerMs: 2_000,
  pingEveryMs: 1_000,
  deadAfterMs: 3_000,
  graceMs: 11_000,
  ackAfterMs: 50,
  followAfterMs: 400,
  hedgeAfterMs: 1_500,
  relayAfterMs: 1_200,
  attemptMs: 10_000,
  firstBackoffMs: 100,
  maxBackoffMs: 30_000,
};
