import { expect, test } from 'vitest';
import { apply, marked, type Mark } from './format';

/** "a [b] c": the brackets are the selection; the same comes back. */
function does(mark: Mark, drawn: string): string {
  const from = drawn.indexOf('[');
  const to = drawn.indexOf(']') - 1;
  const value = drawn.replace('[', '').replace(']', '');
  const c = marked(value, from, to, mark);
  const made = value.slice(0, c.from) + c.text + value.slice(c.to);
  return `${made.slice(0, c.at)}[${made.slice(c.at, c.end)}]${made.slice(c.end)}`;
}

test.each<[Mark, string, string]>([
  ['strong', 'say [it] now', 'say **[it]** now'],
  ['strong', 'say **[it]** now', 'say [it] now'],
  ['strong', 'say [ it ]now', 'say  **[it]** now'],
  ['strong', 'here []', 'here **[]**'],
  ['em', 'say [it]', 'say *[it]*'],
  ['em', 'say *[it]*', 'say [it]'],
  ['em', 'say **[it]**', 'say ***[it]***'],
  ['code', 'run [dig mx]', 'run `[dig mx]`'],
  ['code', 'see [a\n  b\n]end', 'see \n```\n[a\n  b]\n```\nend'],
  ['list', 'one\n[two\nthree]\nfour', 'one\n[- two\n- three]\nfour'],
  ['list', '[- two\n- three]', '[two\nthree]'],
  ['list', 'on[]e', '- on[]e'],
  ['list', '[]', '- []'],
  ['quote', 'a\n[b\n\nc]', 'a\n[> b\n\n> c]'],
])('%s: %s', (mark, drawn, want) => {
  expect(does(mark, drawn)).toBe(want);
});

test('it is typed into the field, and heard as typing', () => {
  const field = document.createElement('textarea');
  document.body.append(field);
  field.value = 'say it';
  field.setSelectionRange(4, 6);
  let heard = 0;
  field.addEventListener('input', () => heard++);
  apply(field, marked(field.value, 4, 6, 'strong'));
  expect([field.value, field.selectionStart, field.selectionEnd, heard]).toEqual(['say **it**', 6, 8, 1]);
});
