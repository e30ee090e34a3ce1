import type { EntryView } from '$lib/backend/types';

/** Kinds that change what a reply should say; renames and the like do not. */
const speaks = new Set(['opened', 'message', 'call', 'chat', 'notice', 'status']);

/** Public entries by others that came after what the author had seen (compare-and-send). */
export function newerThan(basis: number, entries: EntryView[]): EntryView[] {
  return entries.filter((e) => e.seq > basis && !e.internal && !e.author.me && !e.outbox && speaks.has(e.kind));
}
