import { expect, test } from 'vitest';
import type { EntryView } from '$lib/backend';
import { foldAt, foldWords } from './fold';

const entry = (seq: number, text: string, part: Partial<EntryView> = {}): EntryView => ({
  id: `e${seq}`, seq, kind: text ? 'message' : 'status', internal: false, at: '', claimed: '', blocks: [], text, files: [], line: text ? '' : 'a change', receipt: null,
  outbox: '', to: '', thanks: false, asks: [], answers: [], ref: 0, about: null, fresh: false, author: { id: 'm', name: 'Marek Dvořák', initials: 'MD', me: false, staff: true, role: '' }, ...part,
});
const letters = (n: number) => Array.from({ length: n }, (_, i) => entry(i + 1, `letter ${i + 1}`));

test.each([
  [3, 8, 0, 0],
  [12, 8, 0, 4],
  [9, 8, 0, 0],
  [20, 4, 5, 3],
])('%i letters, %i kept, new from %i: %i folded', (n, keep, fresh, folded) => {
  expect(foldAt(letters(n), keep, fresh)).toBe(folded);
});

test('changes do not count as letters', () => {
  const mixed = [entry(1, 'one'), entry(2, 'two'), entry(3, ''), entry(4, ''), entry(5, 'three')];
  expect(foldAt(mixed, 2, 0)).toBe(0);
  expect(foldAt([entry(0, 'zero'), ...mixed], 2, 0)).toBe(2);
});

test('the line says how many, and whose notes are among them', () => {
  expect(foldWords([entry(1, 'x')], 0)).toBe('1 earlier');
  expect(foldWords([entry(4, 'x', { internal: true }), entry(5, 'y')], 3)).toBe('5 earlier, with an internal note by Marek');
});
