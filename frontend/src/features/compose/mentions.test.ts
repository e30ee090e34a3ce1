import { expect, test } from 'vitest';
import { asking, handle, matching, mentionsIn } from './mentions';

const staff = [
  { id: 'anna', name: 'Anna Lindqvist', hint: '' },
  { id: 'anna2', name: 'Anna Berg', hint: '' },
  { id: 'marek', name: 'Marek Dvořák', hint: '' },
];

test.each([
  ['@Marek please', ['marek']],
  ['ask @Marek Dvořák.', ['marek']],
  ['@Anna', []],
  ['@Anna Berg and @Anna Lindqvist', ['anna', 'anna2']],
  ['mail@Marek.example', []],
  ['@Marekson', []],
])('%s', (text, ids) => {
  expect(mentionsIn(text, staff)).toEqual(ids);
});

test('a name is as short as it can be without meaning two people', () => {
  expect(staff.map((o) => handle(o, staff))).toEqual(['Anna Lindqvist', 'Anna Berg', 'Marek']);
});

test('an @ before the caret asks, an address does not', () => {
  expect(asking('please @Ma', 10)).toEqual({ from: 8, query: 'Ma' });
  expect(asking('me@example', 10)).toBeNull();
  expect(matching('dv', staff).map((o) => o.id)).toEqual(['marek']);
});
