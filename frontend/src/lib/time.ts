// Times as people say them. Always 24 hours; now is an argument, never read here.
import { locale, t } from './language';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Form = Intl.DateTimeFormatOptions;
const shortDay: Form = { weekday: 'short' };
const shortDate: Form = { day: 'numeric', month: 'short' };
const longDay: Form = { weekday: 'long' };
const dayOfYear: Form = { day: 'numeric', month: 'long' };
const dayOfAnyYear: Form = { day: 'numeric', month: 'long', year: 'numeric' };
const monthOfYear: Form = { month: 'long', year: 'numeric' };
const exactly: Form = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };

const formats = new Map<Form, { locale: string; format: Intl.DateTimeFormat }>();

/** As the language of the window writes it. English says Sep, as it does with the other eleven. */
function say(form: Form, at: Date): string {
  let made = formats.get(form);
  if (made?.locale !== locale()) formats.set(form, (made = { locale: locale(), format: new Intl.DateTimeFormat(locale(), form) }));
  return made.format.format(at).replace('Sept', 'Sep');
}

const two = (n: number) => String(n).padStart(2, '0');

/** A time Go sent, or null when there is none or it cannot be read. */
export function parse(iso: string): Date | null {
  if (!iso) return null;
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1971 ? null : at;
}

/** "14:40" */
export const clock = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** "14:40:09" */
export const clockSeconds = (at: Date): string => `${clock(at)}:${two(at.getSeconds())}`;

const dayStart = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** Whole days from a to b by the calendar, not by 24 hours. */
export const daysBetween = (a: Date, b: Date): number => Math.round((dayStart(b) - dayStart(a)) / DAY);

/** "9 Nov", with the year only when it is another one. */
export function date(at: Date, now: Date): string {
  const day = say(shortDate, at).replace(' ', '\u00a0');
  return at.getFullYear() === now.getFullYear() ? day : `${day} ${at.getFullYear()}`;
}

/** The shortest that is clear: "14:04" today, "Tue" this week, else the date. */
export function when(iso: string, now: Date): string {
  const at = parse(iso);
  if (!at) return '';
  const gone = daysBetween(at, now);
  if (gone === 0) return clock(at);
  if (gone === 1) return t('yesterday');
  if (gone > 1 && gone < 7) return say(shortDay, at);
  return date(at, now);
}

/** "14:04", "Tue 14:04", "9 Nov 14:04". */
export function whenExactly(iso: string, now: Date): string {
  const at = parse(iso);
  if (!at) return '';
  const off = daysBetween(now, at);
  if (off === 0) return clock(at);
  if (off > -7 && off < 7) return `${say(shortDay, at)} ${clock(at)}`;
  return `${date(at, now)} ${clock(at)}`;
}

/** "14:45", "tomorrow 10:20", "Monday 10:20", "4 December 10:20": a time in full words. */
export function whenInWords(iso: string, now: Date): string {
  const at = parse(iso);
  if (!at) return '';
  const off = daysBetween(now, at);
  if (off === 0) return clock(at);
  if (Math.abs(off) === 1) return off > 0 ? t('tomorrow {at}', { at: clock(at) }) : t('yesterday {at}', { at: clock(at) });
  if (Math.abs(off) < 7) return `${say(longDay, at)} ${clock(at)}`;
  return `${say(at.getFullYear() === now.getFullYear() ? dayOfYear : dayOfAnyYear, at)} ${clock(at)}`;
}

/** "Thursday, 19 November 2026 at 11:31:08", for hovering. */
export function exact(iso: string): string {
  const at = parse(iso);
  return at ? say(exactly, at) : '';
}

/** "now", "22 min", "2 h", "3 d", "5 wk", "2 yr": how long something lasts so far. */
export function age(iso: string, now: Date): string {
  const at = parse(iso);
  if (!at) return '';
  return span(now.getTime() - at.getTime());
}

/** A length of time in its largest whole unit. */
export function span(ms: number): string {
  if (ms < MINUTE) return t('now');
  if (ms < HOUR) return t('{n}\u00a0min', { n: Math.floor(ms / MINUTE) });
  if (ms < DAY) return t('{n}\u00a0h', { n: Math.floor(ms / HOUR) });
  if (ms < 21 * DAY) return t('{n}\u00a0d', { n: Math.floor(ms / DAY) });
  if (ms < 364 * DAY) return t('{n}\u00a0wk', { n: Math.floor(ms / (7 * DAY)) });
  return t('{n}\u00a0yr', { n: Math.floor(ms / (365 * DAY)) });
}

export type Due = { text: string; tone: '' | 'soon' | 'late'; pie: boolean };

/** Deadlines that say what comes next instead of running out. */
const next: Record<string, (at: string) => string> = { close: (at) => t('closes {at}', { at }), hold: (at) => t('until {at}', { at }) };

/** What stands at the right of a row: a clock time, how late it is, or what comes next. */
export function due(row: { due: string; dueKind: string }, now: Date): Due | null {
  const at = parse(row.due);
  if (!at) return null;
  const left = at.getTime() - now.getTime();
  const word = next[row.dueKind];
  const off = daysBetween(now, at);
  if (word) {
    const day = off === 0 ? clock(at) : off > 0 && off < 7 ? say(shortDay, at) : date(at, now);
    return { text: word(day), tone: '', pie: false };
  }
  if (left < 0) return { text: t('{span} late', { span: span(Math.max(-left, MINUTE)) }), tone: 'late', pie: true };
  if (off === 0) return { text: clock(at), tone: left < HOUR ? 'soon' : '', pie: true };
  return { text: off < 7 ? `${say(shortDay, at)} ${clock(at)}` : date(at, now), tone: left < HOUR ? 'soon' : '', pie: true };
}

/** "November 2024" */
export function month(iso: string): string {
  const at = parse(iso);
  return at ? say(monthOfYear, at) : '';
}

/** A time as a field of the engine's own takes it. */
export const localTime = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
