import { expect, test } from 'vitest';
import { age, due, exact, span, when, whenExactly, whenInWords } from './time';

const now = new Date(2026, 10, 19, 14, 6, 32);
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
const on = (month: number, day: number, hour = 9, year = 2026) => new Date(year, month - 1, day, hour, 10).toISOString();
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');

test.each([
  ['soon is a clock time', at(34), 'next_reply', '14:40', 'soon'],
  ['later today too, but calmly', at(114), 'next_reply', '16:00', ''],
  ['another day carries its name', on(11, 20), 'next_reply', 'Fri 09:10', ''],
  ['a far one its date', on(12, 4), 'solve', '4 Dec', ''],
  ['late says by how much', at(-12), 'first_reply', '12 min late', 'late'],
  ['late by hours', at(-130), 'first_reply', '2 h late', 'late'],
  ['late by seconds is not zero', at(-0.2), 'first_reply', '1 min late', 'late'],
  ['waiting says what comes next', on(11, 20), 'close', 'closes Fri', ''],
  ['closing', on(11, 23), 'close', 'closes Mon', ''],
  ['on hold', on(1, 4, 9, 2027), 'hold', 'until 4 Jan 2027', ''],
])('due: %s', (_, iso, kind, text, tone) => {
  const got = due({ due: iso, dueKind: kind }, now);
  expect([plain(got?.text), got?.tone]).toEqual([text, tone]);
});

test('no deadline, or one that cannot be read, says nothing', () => {
  expect(due({ due: '', dueKind: '' }, now)).toBeNull();
  expect(due({ due: 'soon', dueKind: '' }, now)).toBeNull();
  expect(due({ due: '0001-01-01T00:00:00Z', dueKind: '' }, now)).toBeNull();
});

test.each([
  [0.5, 'now'], [22, '22 min'], [60, '1 h'], [60 * 23, '23 h'], [60 * 24, '1 d'], [60 * 24 * 12, '12 d'], [60 * 24 * 30, '4 wk'], [60 * 24 * 800, '2 yr'],
])('age of %d minutes is %s', (minutes, text) => expect(plain(age(at(-minutes), now))).toBe(text));

test('a clock that runs ahead shows no negative age', () => expect(span(-5000)).toBe('now'));

test('when: today the time, then the day, then the date', () => {
  expect(when(at(-2), now)).toBe('14:04');
  expect(when(on(11, 18), now)).toBe('yesterday');
  expect(when(on(11, 16), now)).toBe('Mon');
  expect(plain(when(on(11, 9), now))).toBe('9 Nov');
  expect(plain(when(on(11, 9, 9, 2024), now))).toBe('9 Nov 2024');
  expect(plain(whenExactly(on(11, 16), now))).toBe('Mon 09:10');
});

test('in full words: today, tomorrow, this week, later', () => {
  expect(whenInWords(at(34), now)).toBe('14:40');
  expect(whenInWords(on(11, 20), now)).toBe('tomorrow 09:10');
  expect(whenInWords(on(11, 18), now)).toBe('yesterday 09:10');
  expect(whenInWords(on(11, 23), now)).toBe('Monday 09:10');
  expect(whenInWords(on(12, 4), now)).toBe('4 December 09:10');
  expect(whenInWords(on(1, 4, 9, 2027), now)).toBe('4 January 2027 09:10');
  expect(whenInWords('', now)).toBe('');
});

test('on hover the exact time to the second, in 24 hours', () => {
  expect(exact(new Date(2026, 10, 19, 0, 5, 8).toISOString())).toMatch(/^Thursday,? 19 November 2026.*00:05:08$/);
  expect(exact('')).toBe('');
});
