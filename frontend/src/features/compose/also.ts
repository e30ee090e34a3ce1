import type { Also, Macro, Option } from '$lib/backend/types';
import { t } from '$lib/language';
import { statusWords } from '$lib/words';

/** What a reply does beside saying something, while that is nothing. */
export const nothing: Also = { then: '', addTags: [], removeTags: [], assign: '', assignFrom: '', priority: '', priorityFrom: '' };

/** Two of them in one: tags are added up, of the rest the newer counts. */
export function merged(older: Also, newer: Also): Also {
  const addTags = [...new Set([...older.addTags, ...newer.addTags])].filter((t) => !newer.removeTags.includes(t));
  const out: Also = {
    then: newer.then || older.then,
    addTags, removeTags: [...new Set([...older.removeTags, ...newer.removeTags])].filter((t) => !addTags.includes(t)),
    ...(newer.assign ? { assign: newer.assign, assignFrom: newer.assignFrom } : { assign: older.assign, assignFrom: older.assign && older.assignFrom }),
    ...(newer.priority ? { priority: newer.priority, priorityFrom: newer.priorityFrom } : { priority: older.priority, priorityFrom: older.priority && older.priorityFrom }),
  };
  return out.then || out.addTags.length + out.removeTags.length > 0 || out.assign || out.priority ? out : nothing;
}

/** Each of it in words, with what is left when it is taken out. */
export function parts(also: Also, staff: Option[], me: string): { id: string; words: string; without: Partial<Also> }[] {
  const name = (id: string): string => (id === me ? 'you' : (staff.find((o) => o.id === id)?.name ?? id));
  return [
    ...(also.then ? [{ id: 'then', words: t('then {status}', { status: statusWords[also.then].toLowerCase() }), without: { then: '' as const } }] : []),
    ...also.addTags.map((tag) => ({ id: `+${tag}`, words: t('tag {tag}', { tag }), without: { addTags: also.addTags.filter((t) => t !== tag) } })),
    ...also.removeTags.map((tag) => ({ id: `-${tag}`, words: t('without tag {tag}', { tag }), without: { removeTags: also.removeTags.filter((t) => t !== tag) } })),
    ...(also.priority ? [{ id: 'priority', words: t('priority {priority}', { priority: also.priority }), without: { priority: '' as const, priorityFrom: '' as const } }] : []),
    ...(also.assign ? [{ id: 'assign', words: t('to {name}', { name: name(also.assign) }), without: { assign: '', assignFrom: '' } }] : []),
  ];
}

/** What is typed after a slash at the beginning of a line or after a gap, or null. */
export function calling(text: string, caret: number): { from: number; query: string } | null {
  const m = /(?:^|\s)\/([\p{L}\p{N}-]{0,30}(?: [\p{L}\p{N}]{1,20})?)$/u.exec(text.slice(0, caret));
  return m ? { from: caret - (m[1] ?? '').length - 1, query: m[1] ?? '' } : null;
}

/** Macros whose title or id has all that is typed, those that begin with it first. */
export function fitting(query: string, macros: Macro[]): Macro[] {
  const q = query.toLocaleLowerCase();
  const at = (m: Macro): number => Math.min(...[m.title, m.id].map((s) => s.toLocaleLowerCase().indexOf(q)).map((n) => (n < 0 ? Infinity : n)));
  return macros.map((m) => ({ m, at: at(m) })).filter((x) => x.at < Infinity).sort((a, b) => a.at - b.at).map((x) => x.m).slice(0, 8);
}
