import { expect, test } from 'vitest';
import { guardDrops } from './wails';

function drop(kind: 'dragover' | 'drop', on: string, data: Record<string, string>): boolean {
  const target = document.createElement(on === 'field' ? 'textarea' : 'p');
  document.body.replaceChildren(target);
  const event = new Event(kind, { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { types: Object.keys(data), getData: (type: string) => data[type] ?? '' } });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}

test('a dropped file is neither written into a field nor gone to, and a dropped link is text in a field', () => {
  guardDrops(window);
  const file = { 'text/uri-list': 'file:///home/elif/till.png' };
  const link = { 'text/uri-list': 'https://brandt.example/cart' };
  expect(drop('dragover', 'page', file)).toBe(true);
  for (const on of ['page', 'field']) {
    expect(drop('drop', on, file)).toBe(true);
    expect(drop('drop', on, { Files: '' })).toBe(true);
  }
  expect(drop('drop', 'page', link)).toBe(true);
  expect(drop('drop', 'field', link)).toBe(false);
  expect(drop('drop', 'field', { 'text/plain': 'a word' })).toBe(false);
});
