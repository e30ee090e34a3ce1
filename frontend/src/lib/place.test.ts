import { expect, test } from 'vitest';
import type { PlaceInfo } from './backend';
import { placeWords } from './outlook';

const of = (part: Partial<PlaceInfo>): PlaceInfo => ({ waits: true, queued: true, outages: 0, outagesLater: 0, others: 0, othersLater: 0, at: '', fresh: true, ...part });

test.each<[string, Partial<PlaceInfo>]>([
  ['', { waits: false, others: 3 }],
  ['It is next.', {}],
  ['1 request is before it.', { others: 1 }],
  ['4 requests are before it. 1 of them is more urgent and was put before it.', { others: 4, othersLater: 1 }],
  ['4 requests are before it. 2 of them are more urgent and were put before it.', { others: 4, othersLater: 2 }],
  ['1 more urgent request was put before it.', { others: 1, othersLater: 1 }],
  ['3 more urgent requests were put before it.', { others: 3, othersLater: 3 }],
  ['3 urgent outages are being handled before this.', { outages: 3 }],
  ['1 urgent outage is being handled before this: it came later and was put before it.', { outages: 1, outagesLater: 1 }],
  ['2 urgent outages are being handled before this: they came later and were put before it.', { outages: 2, outagesLater: 2 }],
  ['3 urgent outages are being handled before this: 2 of them came later and were put before it. 5 requests are before it.', { outages: 3, outagesLater: 2, others: 5 }],
  ['', { queued: false }],
  ['3 urgent outages are being handled before this.', { queued: false, outages: 3 }],
])('%s', (want, part) => {
  expect(placeWords(of(part))).toBe(want);
});
