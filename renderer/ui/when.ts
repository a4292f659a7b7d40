import type { Words } from '../strings/index.ts';

const dayMs = 86_400_000;

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** Whole days between two moments as the calendar counts them: 0 today, 1 yesterday. Rounded, because of summer time. */
export const daysAgo = (atMs: number, nowMs: number): number => Math.round((startOfDay(nowMs) - startOfDay(atMs)) / dayMs);

export const clockOf = (atMs: number, locale = 'en-GB'): string =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(atMs);

/** A day for a separator: Today, Yesterday, Monday (this week), 3 March, 3 March 2025. */
export function dayOf(words: Words, atMs: number, nowMs: number, locale = 'en-GB'): string {
  const days = daysAgo(atMs, nowMs);
  if (days <= 0) return words('when.today');
  if (days === 1) return words('when.yesterday');
  if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'long' }).format(atMs);
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) }).format(
    atMs,
  );
}

/** A moment that matters for itself: 3 March 2026 at 18:42. */
export const momentOf = (atMs: number, locale = 'en-GB'): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(atMs);

/** For the end of a row: 18:42 today, Mon this week, 3 Mar before. */
export function shortWhen(atMs: number, nowMs: number, locale = 'en-GB'): string {
  const days = daysAgo(atMs, nowMs);
  if (days <= 0) return clockOf(atMs, locale);
  if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(atMs);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(atMs);
}

/** Inside a sentence ("Last seen …"): minutes and hours ago, then yesterday at 22:10, then the day. */
export function agoInWords(words: Words, atMs: number, nowMs: number, locale = 'en-GB'): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000);
  if (minutes < 1) return words('when.now');
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const days = daysAgo(atMs, nowMs);
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (days <= 0) return relative.format(-Math.floor(minutes / 60), 'hour');
  const day = dayOf(words, atMs, nowMs, locale);
  return days === 1 ? `${day.toLocaleLowerCase(locale)} ${clockOf(atMs, locale)}` : day;
}

/** A length of talking in words, at most two units. */
export function durationInWords(words: Words, ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return words('duration.seconds', { count: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return words('duration.minutes', { count: minutes });
  const hours = words('duration.hours', { count: Math.floor(minutes / 60) });
  const rest = minutes % 60;
  return rest === 0 ? hours : words('duration.both', { a: hours, b: words('duration.minutes', { count: rest }) });
}
