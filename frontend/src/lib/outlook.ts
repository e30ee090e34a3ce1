import type { BusyInfo, PlaceInfo } from './backend';
import { whenInWords } from './time';
import { count, number } from './words';

/** What is said of a department where answers take longer, in a sentence or two; "" where they do not. */
export function busyWords(busy: BusyInfo | null | undefined, now: Date): string {
  if (!busy) return '';
  if (!busy.text) return 'More people than usual are waiting, so answers take longer at the moment.';
  const end = /[.!?…]$/.test(busy.text) ? '' : '.';
  return `${busy.text}${end} Until ${whenInWords(busy.until, now)}.`;
}

/** Where a request stands and why others were put before it; "" where there is nothing to say. */
export function placeWords(p: PlaceInfo | null): string {
  if (!p?.waits) return '';
  const said: string[] = [];
  const { outages, outagesLater: late, others, othersLater: put } = p;
  if (outages > 0) {
    const who = late === outages ? (late === 1 ? 'it came' : 'they came') : late > 0 ? `${number(late)} of them came` : '';
    said.push(`${count(outages, 'urgent outage')} ${outages === 1 ? 'is' : 'are'} being handled before this${who ? `: ${who} later and ${late === 1 ? 'was' : 'were'} put before it` : ''}.`);
  }
  if (others > 0 && put === others) said.push(`${count(put, 'more urgent request')} ${put === 1 ? 'was' : 'were'} put before it.`);
  else if (others > 0) {
    said.push(`${count(others, 'request')} ${others === 1 ? 'is' : 'are'} before it.`);
    if (put > 0) said.push(`${number(put)} of them ${put === 1 ? 'is more urgent and was' : 'are more urgent and were'} put before it.`);
  } else if (p.queued && outages === 0) said.push('It is next.');
  return said.join(' ');
}
