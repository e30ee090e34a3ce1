import type { Report, Reporting, ReportPart, ReportSum } from '../reports';
import type { Fault, Me } from '../types';
import { departments } from './people';
import { FakeNotifying } from './notified';

const day = 86_400_000;
const date = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The same numbers for the same day, a little up and down. */
const wave = (i: number, least: number, most: number) => Math.round(least + (most - least) * (0.5 + 0.3 * Math.sin(i * 1.7) + 0.2 * Math.sin(i * 0.61 + 2)));

function sumOf(i: number, days: number, staff: boolean): ReportSum {
  const opened = wave(i, 4 * days, 19 * days);
  const solved = wave(i + 1, 4 * days, 18 * days);
  const answered = wave(i + 2, 4 * days, 17 * days);
  const kept = Math.round(answered * (0.82 + 0.15 * Math.sin(i)));
  return {
    opened, solved, backlog: wave(i, 38, 74), again: wave(i, 0, 2 * days), kept, missed: answered - kept,
    first: { count: answered, half: wave(i, 22, 95), most: wave(i + 3, 150, 560) }, solving: { count: solved, half: wave(i, 380, 1700), most: wave(i + 1, 3000, 9400) },
    inTime: staff ? Math.round(solved * 0.9) : 0, late: staff ? solved - Math.round(solved * 0.9) : 0,
  };
}

/** What the fake desk has counted; saved keeps what was given to be saved. */
export abstract class FakeReporting extends FakeNotifying implements Reporting {
  abstract override readonly me: Me;

  /** How many more times it is asked until everything is counted. */
  counting = 0;
  saved: { name: string; rows?: string[][]; data?: string }[] = [];

  report: Reporting['report'] = (scope, days) => {
    const staff = this.me.role !== 'customer';
    const scopes = staff
      ? departments.filter((d) => this.me.departments.includes(d.id)).map((d) => ({ id: d.id, name: d.name, count: 0 }))
      : this.me.orgs.filter((o) => ['read', 'comment'].includes(o.access)).map((o) => ({ id: o.id, name: o.name, count: 0 }));
    if (this.me.role === 'engineer' || scopes.length === 0) {
      return Promise.reject({ code: 'denied', message: 'Reports are for leads.', hint: 'Your own tickets are under My open.', field: '' } satisfies Fault);
    }
    const chosen = scope || (staff ? '' : (scopes[0]?.id ?? ''));
    const unit: Report['unit'] = days === 365 ? 'month' : days > 30 ? 'week' : 'day';
    const length = { day: 1, week: 7, month: 30 }[unit];
    const n = days === 365 ? 12 : Math.round(days / length);
    const today = Math.floor(Date.now() / day) * day;
    const empty = this.tickets.length === 0;
    const none: ReportSum = { opened: 0, solved: 0, backlog: 0, again: 0, first: { count: 0, half: 0, most: 0 }, solving: { count: 0, half: 0, most: 0 }, kept: 0, missed: 0, inTime: 0, late: 0 };
    const parts: ReportPart[] = Array.from({ length: n }, (_, i) => {
      const until = today - (n - 1 - i) * length * day;
      return { from: date(until - (length - 1) * day), until: date(until), ...(empty ? none : sumOf(i + days, staff ? length : length / 10, staff)) };
    });
    const whole = (i: number): ReportSum => (empty ? none : { ...sumOf(i, staff ? days : days / 10, staff), backlog: parts.at(-1)?.backlog ?? 0 });
    const asked = empty ? [] : [{ id: '', name: 'Mailbox', count: 58 }, { id: '', name: 'Domain or name server', count: 31 }, { id: 'incident', name: 'incident', count: 22 }, { id: '', name: 'Invoice', count: 9 }, { id: 'request', name: 'request', count: 4 }];
    const percent = this.counting > 0 ? 100 - this.counting-- * 30 : 100;
    return Promise.resolve({ percent, scopes, scope: chosen, span: days, unit, parts: percent < 100 ? [] : parts, now: whole(days + 3), before: whole(days + 1), asked });
  };
  saveTable: Reporting['saveTable'] = (name, rows) => {
    this.saved.push({ name, rows });
    return Promise.resolve(`${name}.csv`);
  };
  savePicture: Reporting['savePicture'] = (name, data) => {
    this.saved.push({ name, data });
    return Promise.resolve(`${name}.png`);
  };
}
