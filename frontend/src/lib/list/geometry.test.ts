import { expect, test } from 'vitest';
import type { Section } from '../backend';
import { Geometry } from './geometry';

const sections: Section[] = [
  { id: 'needs', title: 'Needs us', start: 0, count: 3 },
  { id: 'waiting', title: 'Waiting on others', start: 3, count: 0 },
  { id: 'solved', title: 'Solved', start: 3, count: 99_997 },
];
const sizes = { row: 50, head: 26 };

test('rows and headings stand one under the other without gap or overlap', () => {
  const g = new Geometry(100_000, sections, sizes);
  const items = g.items(0, 500);
  let y = 0;
  for (const item of items) {
    expect(item.top).toBe(y);
    y += item.kind === 'head' ? 26 : 50;
  }
  expect(items.filter((i) => i.kind === 'head').map((i) => i.kind === 'head' && i.section.id)).toEqual(['needs', 'solved']);
});

test('the whole height is that of all rows and of the sections that have rows', () => {
  expect(new Geometry(100_000, sections, sizes).height).toBe(100_000 * 50 + 2 * 26);
});

test('a height leads to the row that stands there, and back', () => {
  const g = new Geometry(100_000, sections, sizes);
  for (const index of [0, 1, 2, 3, 4, 50, 99_998, 99_999]) {
    expect(g.at(g.top(index))).toBe(index);
    expect(g.at(g.top(index) + 49)).toBe(index);
  }
  expect(g.at(g.height + 1000)).toBe(99_999);
});

test('every height of the window shows a row: nothing is blank', () => {
  const g = new Geometry(100_000, sections, sizes);
  for (let top = 0; top < g.height - 800; top += 33_331) {
    const items = g.items(top, top + 800);
    const first = items[0];
    const last = items[items.length - 1];
    expect(first && first.top).toBeLessThanOrEqual(top);
    expect(last && last.top + 50).toBeGreaterThanOrEqual(top + 800 - 1);
    expect(items.length).toBeLessThan(22);
  }
});

test('an empty list has no items and no row', () => {
  const g = new Geometry(0, [], sizes);
  expect(g.items(0, 800)).toEqual([]);
  expect(g.at(10)).toBe(-1);
});
