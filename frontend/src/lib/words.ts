import { locale, t } from './language';
import type { Status } from './backend';

/** The words staff see; departments may rename statuses later, their meaning stays. */
export const statusWords: Record<Status, string> = {
  get new() { return t('New'); },
  get triage() { return t('Looked at'); },
  get in_progress() { return t('In progress'); },
  get waiting_customer() { return t('Waiting on customer'); },
  get waiting_third_party() { return t('Waiting on third party'); },
  get on_hold() { return t('On hold'); },
  get solved() { return t('Solved'); },
  get closed() { return t('Closed'); },
};

/** "8,214" */
export const number = (n: number): string => new Intl.NumberFormat(locale()).format(n);

/** "6.2" */
export const tenths = (n: number, digits: number): string => new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);

/** "Anna", "Anna and Ben", "Anna, Ben and Carla" */
export const listed = (all: string[]): string => (all.length < 2 ? (all[0] ?? '') : t('{some} and {last}', { some: all.slice(0, -1).join(', '), last: all.at(-1) }));

/** "1 ticket", "8,214 tickets" */
export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** "Anna" of "Anna Lindqvist"; a team has no first name */
export const first = (name: string): string => {
  const said = name.startsWith('The ') ? name : (name.trim().split(/\s+/)[0] ?? '');
  // A name without a space can be as long as a name may be; a sentence has room for a part of it.
  return said.length > 40 ? `${Array.from(said).slice(0, 32).join('')}…` : said;
};

/** "14 kB", "6.2 MB" */
export function bytes(n: number): string {
  if (n < 1000) return `${n}\u00a0B`;
  if (n < 1_000_000) return t('{n}\u00a0kB', { n: Math.round(n / 1000) });
  if (n < 1_000_000_000) return t('{n}\u00a0MB', { n: tenths(n / 1_000_000, n < 10_000_000 ? 1 : 0) });
  return t('{n}\u00a0GB', { n: tenths(n / 1_000_000_000, n % 1_000_000_000 === 0 ? 0 : 1) });
}

/** What is shown as the subject. One of nothing but spaces, or of what cannot be seen, would leave a hole to click at. */
export const subjectOf = (subject: string): string => (/[^\s\p{Cf}\p{Cc}\p{Mn}\u2800\u3164]/u.test(subject) ? subject : t('No subject'));

/** "AL" of "Anna Lindqvist" */
export const initials = (name: string): string =>
  name.trim().split(/\s+/).filter(Boolean).map((part) => [...part][0] ?? '').filter((_, i, all) => i === 0 || i === all.length - 1).join('').toUpperCase();
