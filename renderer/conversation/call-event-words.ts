import { delayParts, type CallRecordView, type CallSummary } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { codecText, countText, durationInWords, msText, percentText, rateText } from '../ui/index.ts';

/** A past call in one line, and whether it was missed (then "call back" is offered). */
export function callEventWords(words: Words, call: CallRecordView, name: string): string {
  const duration = durationInWords(words, call.talkedMs);
  if (call.direction === 'out') {
    if (call.talkedMs > 0) return words('conversation.event.outTalked', { duration });
    return words('conversation.event.outFailed', { why: words(`ended.${call.reason}.why`, { name }) });
  }
  if (call.missed) return words('conversation.event.missed', { name });
  if (call.talkedMs > 0) return words('conversation.event.inTalked', { name, duration });
  if (call.reason === 'declined') return words('conversation.event.declined', { name });
  return words('conversation.event.inFailed', { name, why: words(`ended.${call.reason}.why`, { name }) });
}

/** How the call was, figure by figure. */
export function summaryFigures(
  words: Words,
  summary: CallSummary,
  name: string,
): readonly (readonly [label: string, value: string])[] {
  const { worst, trouble, mouthToEarMs, delayPartsMs, jitterMs, lossFraction, sentLossFraction } = summary;
  const { repairedFraction, concealedFraction, bitrateBps, copies, codec, path } = summary;
  return [
    [words('conversation.was.worst'), words(`call.quality.${worst}`)],
    ...(trouble === null
      ? []
      : [[words('conversation.was.because'), words(`conversation.was.trouble.${trouble}`, { name })] as const]),
    [
      words('call.delay.title'),
      mouthToEarMs === null
        ? words('measure.unknown')
        : words('conversation.was.meanAnd95', { mean: msText(words, mouthToEarMs.mean), p95: msText(words, mouthToEarMs.p95) }),
    ],
    ...delayParts.flatMap((part) => {
      const ms = delayPartsMs?.[part] ?? null;
      return ms === null ? [] : [[words(`call.delay.parts.toUs.${part}`), msText(words, ms)] as const];
    }),
    ...(jitterMs === null ? [] : [[words('call.stats.jitter'), msText(words, jitterMs)] as const]),
    [words('call.stats.lossToUs'), percentText(words, lossFraction)],
    [words('call.stats.lossToThem', { name }), percentText(words, sentLossFraction)],
    ...(repairedFraction === null ? [] : [[words('call.stats.repaired'), percentText(words, repairedFraction)] as const]),
    [words('call.stats.concealed'), percentText(words, concealedFraction)],
    [words('call.stats.codec'), rateText(words, bitrateBps)],
    ...(codec === null ? [] : [[words('call.stats.codecMode'), codecText(words, codec)] as const]),
    ...(copies === null ? [] : [[words('conversation.was.copies'), countText(copies)] as const]),
    [words('call.stats.path'), path === null ? words('measure.unknown') : words(`call.stats.paths.${path}`)],
  ];
}
