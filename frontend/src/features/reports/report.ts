// What of a report is shown, and in which words.
import type { Report, ReportPart, ReportSum } from '$lib/backend';
import { locale, said, t } from '$lib/language';
import { took, type Point, type Series } from './chart';

export type Span = '7' | '30' | '91' | '365';
export const spans: Record<Span, string> = said({ 7: '7 days', 30: '30 days', 91: '3 months', 365: 'A year' });
export const units = said({ day: 'Day', week: 'Week', month: 'Month' });

/** Under the axis, and in the table. Dates have no hour, so no zone moves them. */
export function pointsOf(report: Report): Point[] {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' });
  const dayMonth = format({ day: 'numeric', month: 'short' });
  const weekday = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const month = format({ month: 'short' });
  const monthYear = format({ month: 'long', year: 'numeric' });
  return report.parts.map((p) => {
    const from = new Date(`${p.from}T00:00:00Z`);
    const until = new Date(`${p.until}T00:00:00Z`);
    if (report.unit === 'month') return { short: month.format(from), long: monthYear.format(from) };
    if (report.unit === 'week') return { short: dayMonth.format(from), long: t('{from} to {until}', { from: dayMonth.format(from), until: dayMonth.format(until) }) };
    return { short: dayMonth.format(from), long: weekday.format(from) };
  });
}

const percent = (part: number, of: number): number | null => (of > 0 ? Math.round((part * 100) / of) : null);
const share = (n: number | null): string => (n === null ? '–' : `${n}\u00a0%`);

export type Head = { id: string; name: string; now: string; more: string; before: string };

/** The figures on top, each against the span before. */
export function headsOf({ now, before, parts }: Report, staff: boolean): Head[] {
  const of = (name: string, id: string, fn: (s: ReportSum) => string, more = ''): Head => ({ id, name, now: fn(now), more, before: fn(before) });
  const half = (what: 'first' | 'solving') => (s: ReportSum) => (s[what].count > 0 ? took(s[what].half) : '–');
  const most = (what: 'first' | 'solving') => (now[what].count > 0 ? t('nine of ten within {time}', { time: took(now[what].most) }) : '');
  const heads = [
    of(t('Opened'), 'opened', (s) => String(s.opened)),
    of(t('Solved'), 'solved', (s) => String(s.solved)),
    of(t('Open at the end'), 'backlog', (s) => String(s.backlog)),
    of(t('First answer, half within'), 'first', half('first'), most('first')),
    of(t('Solution, half within'), 'solving', half('solving'), most('solving')),
  ];
  if (now.kept + now.missed + before.kept + before.missed > 0) heads.push(of(t('First answers in time'), 'kept', (s) => share(percent(s.kept, s.kept + s.missed)), now.missed > 0 ? t('{n} late', { n: now.missed }) : ''));
  if (staff && now.inTime + now.late + before.inTime + before.late > 0) heads.push(of(t('Solutions in time'), 'intime', (s) => share(percent(s.inTime, s.inTime + s.late)), now.late > 0 ? t('{n} late', { n: now.late }) : ''));
  heads.push(of(t('Opened again'), 'again', (s) => share(percent(s.again, s.solved)), now.again > 0 ? t('{n} of them', { n: now.again }) : ''));
  return parts.length > 0 ? heads : [];
}

export type Picture = { id: string; title: string; hint: string; kind: 'bars' | 'lines'; unit: 'count' | 'minutes' | 'share'; series: Series[] };

export function picturesOf({ parts }: Report, staff: boolean): Picture[] {
  const of = (name: string, fn: (p: ReportPart) => number | null): Series => ({ name, values: parts.map(fn) });
  const times = (what: 'first' | 'solving'): Series[] => [
    of(t('Half within'), (p) => (p[what].count > 0 ? p[what].half : null)),
    of(t('Nine of ten within'), (p) => (p[what].count > 0 ? p[what].most : null)),
  ];
  const promised = parts.some((p) => p.kept + p.missed > 0);
  const solving = staff && parts.some((p) => p.inTime + p.late > 0);
  const kept: Series[] = [
    of(t('First answers'), (p) => percent(p.kept, p.kept + p.missed)),
    ...(solving ? [of(t('Solutions'), (p) => percent(p.inTime, p.inTime + p.late))] : []),
  ];
  const pictures: Picture[] = [
    { id: 'flow', title: t('Opened and solved'), hint: '', kind: 'bars', unit: 'count', series: [of(t('Opened'), (p) => p.opened), of(t('Solved'), (p) => p.solved)] },
    { id: 'backlog', title: t('Open at the end'), hint: '', kind: 'lines', unit: 'count', series: [of(t('Open'), (p) => p.backlog)] },
    { id: 'first', title: t('Time to the first answer'), hint: t('By the clock on the wall, nights included.'), kind: 'lines', unit: 'minutes', series: times('first') },
    { id: 'solving', title: t('Time to the solution'), hint: t('By the clock on the wall, with the time it waited for others.'), kind: 'lines', unit: 'minutes', series: times('solving') },
  ];
  if (promised || solving) pictures.push({ id: 'kept', title: t('In time'), hint: t('Of what is promised now.'), kind: 'lines', unit: 'share', series: promised ? kept : kept.slice(1) });
  pictures.push({ id: 'again', title: t('Opened again'), hint: t('Once each, the last time.'), kind: 'bars', unit: 'count', series: [of(t('Opened again'), (p) => p.again)] });
  return pictures;
}

/** What a kind of request is called. */
export const askedName = (a: { id: string; name: string }): string => (a.id === 'incident' ? t('Something that had worked') : a.id === 'request' ? t('Something new or changed') : a.name);
