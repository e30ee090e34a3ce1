import { t } from './language';
import type { BusyInfo, PlaceInfo } from './backend';
import { whenInWords } from './time';
import { number } from './words';

/** What is said of a department where answers take longer, in a sentence or two; "" where they do not. */
export function busyWords(busy: BusyInfo | null | undefined, now: Date): string {
  if (!busy) return '';
  if (!busy.text) return t('More people than usual are waiting, so answers take longer at the moment.');
  const end = /[.!?…]$/.test(busy.text) ? '' : '.';
  return t('{text}{end} Until {until}.', { text: busy.text, end, until: whenInWords(busy.until, now) });
}

/** Where a request stands and why others were put before it; "" where there is nothing to say. */
export function placeWords(p: PlaceInfo | null): string {
  if (!p?.waits) return '';
  const said: string[] = [];
  const { outages, outagesLater: late, others, othersLater: put } = p;
  if (outages > 0) {
    const who = late === outages ? (late === 1 ? t('it came') : t('they came')) : late > 0 ? t('{late} of them came', { late: number(late) }) : '';
    said.push(who ? t('{outages, plural, one {# urgent outage} other {# urgent outages}} {outages, plural, one {is} other {are}} being handled before this: {who} later and {late, plural, one {was} other {were}} put before it.', { outages, who, late }) : t('{outages, plural, one {# urgent outage} other {# urgent outages}} {outages, plural, one {is} other {are}} being handled before this.', { outages }));
  }
  if (others > 0 && put === others) said.push(t('{put, plural, one {# more urgent request} other {# more urgent requests}} {put, plural, one {was} other {were}} put before it.', { put }));
  else if (others > 0) {
    said.push(t('{others, plural, one {# request} other {# requests}} {others, plural, one {is} other {are}} before it.', { others }));
    if (put > 0) said.push(t('{put} of them {put2, plural, one {is more urgent and was} other {are more urgent and were}} put before it.', { put: number(put), put2: put }));
  } else if (p.queued && outages === 0) said.push(t('It is next.'));
  return said.join(' ');
}
