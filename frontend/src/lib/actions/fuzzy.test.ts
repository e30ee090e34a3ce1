import { expect, test } from 'vitest';
import { fits } from './fuzzy';

const best = (typed: string, labels: string[]): string | undefined =>
  labels.map((label) => ({ label, score: fits(typed, label) })).filter((x) => x.score >= 0).sort((a, b) => b.score - a.score)[0]?.label;

const labels = ['Assign', 'Assign to Anna Weber', 'Pass to another department', 'Move to Mail & DNS', 'Post a notice', 'Priority High', 'Plan work, with its risk', 'Élodie'];

test('words in any order, by their beginnings', () => {
  expect(best('as an', labels)).toBe('Assign to Anna Weber');
  expect(best('web assign', labels)).toBe('Assign to Anna Weber');
  expect(best('mail', labels)).toBe('Move to Mail & DNS');
});

test('initials', () => {
  expect(best('pan', labels)).toBe('Post a notice');
  expect(best('ptad', labels)).toBe('Pass to another department');
});

test('the whole name stands before what only begins so', () => {
  expect(best('assign', labels)).toBe('Assign');
});

test('accents do not matter', () => {
  expect(best('elo', labels)).toBe('Élodie');
});

test('a slip is forgiven, a scatter is not', () => {
  expect(best('prioty', labels)).toBe('Priority High');
  expect(fits('atb', 'Pass to another department')).toBe(-1);
  expect(fits('zzz', 'Assign')).toBe(-1);
});
