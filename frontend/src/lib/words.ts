import type { Status } from './backend';

/** The words staff see; departments may rename statuses later, their meaning stays. */
export const statusWords: Record<Status, string> = {
  new: 'New',
  triage: 'Looked at',
  in_progress: 'In progress',
  waiting_customer: 'Waiting on customer',
  waiting_third_party: 'Waiting on third party',
  on_hold: 'On hold',
  solved: 'Solved',
  closed: 'Closed',
};

/** "8,214" */
export const number = (n: number): string => new Intl.NumberFormat('en-GB').format(n);

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
  if (n < 1_000_000) return `${Math.round(n / 1000)}\u00a0kB`;
  if (n < 1_000_000_000) return `${(n / 1_000_000).toFixed(n < 10_000_000 ? 1 : 0)}\u00a0MB`;
  return `${(n / 1_000_000_000).toFixed(n % 1_000_000_000 === 0 ? 0 : 1)}\u00a0GB`;
}

/** What is shown as the subject. One of nothing but spaces, or of what cannot be seen, would leave a hole to click at. */
export const subjectOf = (subject: string): string => (/[^\s\p{Cf}\p{Cc}\p{Mn}\u2800\u3164]/u.test(subject) ? subject : 'No subject');

/** "AL" of "Anna Lindqvist" */
export const initials = (name: string): string =>
  name.trim().split(/\s+/).filter(Boolean).map((part) => [...part][0] ?? '').filter((_, i, all) => i === 0 || i === all.length - 1).join('').toUpperCase();
