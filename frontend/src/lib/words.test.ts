import { expect, test } from 'vitest';
import { bytes, first, subjectOf } from './words';

test('a first name without an end is cut, not a short one', () => {
  expect(first('Miriam Vogt')).toBe('Miriam');
  expect(first('The abuse team')).toBe('The abuse team');
  expect(first('Wolfeschlegelsteinhausenbergerdorff'.repeat(9))).toHaveLength(33);
});

test('a subject that cannot be seen has words', () => {
  for (const nothing of ['', '   ', '\u00a0\u2003', '\u200b\u2060\u202e', '\u0301']) expect(subjectOf(nothing)).toBe('No subject');
  expect(subjectOf('حساب')).toBe('حساب');
});

test('sizes read as people say them', () => {
  expect(bytes(500_000_000)).toBe('500\u00a0MB');
  expect(bytes(2_000_000_000)).toBe('2\u00a0GB');
  expect(bytes(1_240_000_000)).toBe('1.2\u00a0GB');
});
