import type { BusyInfo } from './backend';
import { whenInWords } from './time';

/** What is said of a department where answers take longer, in a sentence or two; "" where they do not. */
export function busyWords(busy: BusyInfo | null | undefined, now: Date): string {
  if (!busy) return '';
  if (!busy.text) return 'More people than usual are waiting, so answers take longer at the moment.';
  const end = /[.!?…]$/.test(busy.text) ? '' : '.';
  return `${busy.text}${end} Until ${whenInWords(busy.until, now)}.`;
}
