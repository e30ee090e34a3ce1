import type { Option } from '$lib/backend/types';

const first = (name: string): string => name.split(' ')[0] ?? name;

/** The shortest form of a name that means one colleague only. */
export function handle(person: Option, staff: Option[]): string {
  const short = first(person.name);
  return staff.some((o) => o.id !== person.id && first(o.name) === short) ? person.name : short;
}

/** Ids of the colleagues a note calls, read from the text itself so that a restored draft calls the same ones. */
export function mentionsIn(text: string, staff: Option[]): string[] {
  return staff
    .filter((o) => [o.name, handle(o, staff)].some((n) => new RegExp(`(^|[^\\p{L}\\p{N}])@${escape(n)}(?![\\p{L}\\p{N}])`, 'u').test(text)))
    .map((o) => o.id);
}

/** What is being typed after an @ right before the caret, or null. */
export function asking(text: string, caret: number): { from: number; query: string } | null {
  const m = /(?:^|[\s(])@([\p{L}\p{N}.-]{0,30}(?: [\p{L}]{0,30})?)$/u.exec(text.slice(0, caret));
  return m ? { from: caret - (m[1] ?? '').length, query: m[1] ?? '' } : null;
}

/** Colleagues whose name or any part of it begins with the query. */
export function matching(query: string, staff: Option[]): Option[] {
  const q = query.toLocaleLowerCase();
  const begins = (o: Option): boolean => [o.name, ...o.name.split(' ')].some((p) => p.toLocaleLowerCase().startsWith(q));
  return staff.filter(begins).slice(0, 6);
}

function escape(s: string): string {
  return s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
