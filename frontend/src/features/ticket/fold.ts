import type { EntryView } from '$lib/backend/types';
import { t } from '$lib/language';

/** Something a person wrote, as opposed to a change. */
export function isLetter(e: EntryView): boolean {
  return e.blocks.length > 0 || e.text !== '' || e.files.length + e.asks.length + e.answers.length > 0;
}

/**
 * How many entries from the start are folded away: everything before the last
 * `keep` letters, but never what is new, and never a single entry for which the
 * fold line would need as much room as the entry.
 */
export function foldAt(entries: EntryView[], keep: number, freshFrom: number): number {
  let left = keep;
  let at = entries.length;
  while (at > 0 && left > 0) {
    at--;
    const e = entries[at];
    if (e && isLetter(e)) left--;
  }
  const fresh = freshFrom > 0 ? entries.findIndex((e) => e.seq >= freshFrom) : -1;
  // The last letter before the new ones is what they answer.
  if (fresh >= 0) at = Math.min(at, Math.max(0, fresh - 1));
  return at <= 1 ? 0 : at;
}

/** What the fold line says: how many, and whose notes are among them. */
export function foldWords(folded: EntryView[], before: number): string {
  const n = folded.length + before;
  const authors = [...new Set(folded.filter((e) => e.internal && isLetter(e)).map((e) => (e.author.me ? 'you' : first(e.author.name))))];
  const head = n === 1 ? '1 earlier' : t('{n} earlier', { n });
  if (authors.length === 0) return head;
  if (authors.length === 1) return t('{head}, with an internal note by {authors}', { head, authors: authors[0] });
  return t('{head}, with internal notes by {what} and {what2}', { head, what: authors.slice(0, -1).join(', '), what2: authors.at(-1) });
}

function first(name: string): string {
  return name.split(' ')[0] ?? name;
}
