import { expect, test } from 'vitest';
import { difference } from './difference';

const signs = { same: ' ', gone: '-', new: '+' };
const short = (a: string, b: string): string => difference(a, b).map((l) => `${l.kind}:${l.words.map((w) => (l.kind === 'changed' ? signs[w.kind] : '') + w.text).join('')}`).join('\n');

test('lines that came and went, and words within one', () => {
  expect(short('a\nb\nc', 'a\nb\nc')).toBe('same:a\nsame:b\nsame:c');
  expect(short('a\nb\nc', 'a\nc\nd')).toBe('same:a\ngone:b\nsame:c\nnew:d');
  expect(short('Press reset once.', 'Press reset twice.')).toBe('changed: Press reset -once+twice .');
  expect(short('', 'x')).toBe('changed:+x');
});

test('either text can be had back', () => {
  let seed = 3;
  const next = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const text = (): string => Array.from({ length: next(12) }, () => ['one', 'two', 'three four', ''][next(4)]).join('\n');
  for (let i = 0; i < 200; i += 1) {
    const [a, b] = [text(), text()];
    const side = (not: 'gone' | 'new'): string => difference(a, b).filter((l) => l.kind !== not).map((l) => l.words.filter((w) => w.kind !== not).map((w) => w.text).join('')).join('\n');
    expect(side('new')).toBe(a);
    expect(side('gone')).toBe(b);
  }
});
