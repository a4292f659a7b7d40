/**
 * The silence that `opus-recorder` wants before the sound, in ms. Its header has players drop 80 ms at the beginning (its pre-skip, RFC 7845
 * §4.2), of which libopus fills 6.5 ms by looking ahead (`OPUS_GET_LOOKAHEAD`: 312 samples at 48 kHz). Without it the first word would lose
 * its beginning.
 */
export const opusLeadMs = 80 - 6.5;
