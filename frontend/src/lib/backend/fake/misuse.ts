import type { Fault, MisuseInfo, Priority } from '..';
import type { FakeTicket } from './world';

export const noMisuse: MisuseInfo = { claimed: '', doubted: false, tell: false, struck: false, by: '', at: '', reason: '', strikes: 0, words: '', next: '', may: [] };

/** As the rules ask for it where the department tells why something is less urgent. */
export function mustTell(t: FakeTicket, to: Priority, told: string): void {
  const less = t.misuse?.claimed === 'emergency' ? to !== 'emergency' : t.misuse?.claimed === 'high' && (to === 'normal' || to === 'low');
  if (!less || !t.misuse?.tell || told) return;
  const fault: Fault = { code: 'invalid', message: 'The customer called it more urgent than that, and is told why it is taken as less.', hint: 'Say it in a calm sentence; the customer reads it.', field: 'told' };
  throw fault;
}

export const counted = (t: FakeTicket, by: string, reason: string): MisuseInfo => ({
  ...(t.misuse ?? noMisuse), struck: true, by, at: new Date().toISOString(), reason, strikes: (t.misuse?.strikes ?? 0) + 1, may: ['unstrike'],
});
