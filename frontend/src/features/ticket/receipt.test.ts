import { expect, test } from 'vitest';
import type { Receipt } from '$lib/backend';
import { short, trail } from './receipt';

const today = (h: number, m: number, s: number): string => {
  const d = new Date();
  d.setHours(h, m, s, 0);
  return d.toISOString();
};
const receipt = (part: Partial<Receipt>): Receipt => ({
  state: 'queued', queuedAt: today(14, 2, 9), sentAt: '', confirmedAt: '', seenBy: '', seenAt: '', hash: '', waits: '', until: '', fault: null, ...part,
});

test.each<[Partial<Receipt>, string[], string]>([
  [{}, ['Queued here 14:02:09'], 'Queued on this computer'],
  [{ state: 'sent', sentAt: today(14, 2, 10) }, ['Queued here 14:02:09', 'Sent 14:02:10'], 'Sent 14:02:10'],
  [{ state: 'confirmed', sentAt: today(14, 2, 10), confirmedAt: today(14, 2, 11) }, ['Queued here 14:02:09', 'Sent 14:02:10', 'Confirmed 14:02:11'], 'Confirmed 14:02:11'],
  [
    { state: 'seen', confirmedAt: today(14, 2, 11), seenBy: 'Anna Lindqvist', seenAt: today(14, 4, 0) },
    ['Queued here 14:02:09', 'Confirmed 14:02:11', 'Seen by Anna 14:04'],
    'Confirmed 14:02:11 · seen by Anna 14:04',
  ],
  [{ state: 'confirmed', queuedAt: '', confirmedAt: '' }, ['Confirmed'], 'Confirmed'],
])('%o', (part, stages, phrase) => {
  expect(trail(receipt(part)).map((s) => s.text)).toEqual(stages);
  expect(short(receipt(part))).toBe(phrase);
});

test('nothing looks like a tick before the server has it', () => {
  const ticks = (r: Receipt) => trail(r).filter((s) => s.icon === 'check' || s.icon === 'seen');
  expect(ticks(receipt({}))).toEqual([]);
  expect(ticks(receipt({ state: 'sent', sentAt: today(14, 2, 10) }))).toEqual([]);
});
