/** A pane whose width a person may choose. */
export type PaneName = 'sidebar' | 'panel';

export interface PaneLimits {
  readonly minRem: number;
  readonly maxRem: number;
  /** Of the window, however large the text is: what is beside it must stay usable. */
  readonly share: number;
}

/** In rem, so that a pane grows with the text. The least holds a name and a button; the most a line that is still read well. */
export const paneLimits: Readonly<Record<PaneName, PaneLimits>> = {
  sidebar: { minRem: 13.75, maxRem: 30, share: 0.42 },
  panel: { minRem: 16.25, maxRem: 40, share: 0.5 },
};

/** What is kept: a quarter of a rem is 4 px, which nobody sees. */
const grainRem = 0.25;
/** One press of an arrow key; with Shift, four times as much. */
const stepRem = 1;
const largeStep = 4;

/** The nearest width that is allowed in a window of this width. */
export function paneWidth({ minRem, maxRem, share }: PaneLimits, wantedRem: number, windowRem: number): number {
  const most = Math.max(minRem, Math.min(maxRem, windowRem * share));
  const grained = Math.round(wantedRem / grainRem) * grainRem;
  return Math.min(most, Math.max(minRem, grained));
}

/** Which way the pane grows: with the separator's movement to the right, or against it. */
export const growthOf = (name: PaneName, isRightToLeft: boolean): 1 | -1 => ((name === 'sidebar') === isRightToLeft ? -1 : 1);

/** What a key on the separator makes of the width; null: as it was in the beginning; undefined: nothing. */
export function widthAfterKey(
  key: { readonly key: string; readonly shift: boolean },
  nowRem: number,
  limits: PaneLimits,
  windowRem: number,
  growth: 1 | -1,
): number | null | undefined {
  const step = stepRem * (key.shift ? largeStep : 1) * growth;
  switch (key.key) {
    case 'ArrowRight':
      return paneWidth(limits, nowRem + step, windowRem);
    case 'ArrowLeft':
      return paneWidth(limits, nowRem - step, windowRem);
    case 'Home':
      return paneWidth(limits, limits.minRem, windowRem);
    case 'End':
      return paneWidth(limits, limits.maxRem, windowRem);
    case 'Enter':
      return null;
    default:
      return undefined;
  }
}

/** The width as the style sheet wants it. The window may become narrower than it was when it was chosen. */
export const cssWidth = ({ minRem, share }: PaneLimits, rem: number): string =>
  `clamp(min(${minRem}rem, ${share * 100}vw), ${rem}rem, ${share * 100}vw)`;
