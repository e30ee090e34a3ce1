import type { CallInfo, EscalationInfo, PathStep, PhoneBook, PhoneLine } from '../calls';
import { person } from './people';
import type { FakeTicket } from './world';

const now = () => new Date().toISOString();

const call = (name: string, told: string[]): CallInfo => ({ name, since: now(), at: now(), told, by: '', ackedAt: '' });

/** Somebody asks for the duty manager. */
export const escalated = (t: FakeTicket, by: string, reason: string, needed: string, waits: boolean): EscalationInfo => ({
  by, at: now(), reason, needed, told: t.escalation?.open ? t.escalation.told : call('Duty manager', [person('tomas').name]), open: true, ended: '', outcome: '', waits,
});

export const paged = (): CallInfo => call('On-call engineer', [person('priya').name]);

export const acked = (c: CallInfo, by: string): CallInfo => (c.ackedAt ? c : { ...c, by, ackedAt: now() });

/** Who is on duty does not change in a fake desk; who has the ticket does. */
export const path = (t: FakeTicket, staff: boolean): PathStep[] => [
  { name: 'Who has it', who: t.owner ? person(t.owner).name : '', away: '', phone: '', dial: '', own: '', there: t.owner !== '', here: false },
  { name: 'Duty manager', who: person('tomas').name, away: '', phone: '+44 20 7946 0170', dial: 'tel:+442079460170', own: staff ? '+44 20 7946 0171' : '', there: true, here: t.escalation?.open ?? false },
  { name: 'Head of engineering', who: '', away: '', phone: '', dial: '', own: '', there: false, here: false },
];

const line = (number: string, more: Partial<PhoneLine>): PhoneLine => ({
  number, dial: `tel:${number.replace(/[^+0-9]/g, '')}`, country: '', languages: [], menu: '', for: '', tollFree: false, open: true, opens: '', speaks: false, ...more,
});

export const phoneBook = (locale: string, asOf: string): PhoneBook => {
  const lines = [
    line('+44 20 7946 0100', { country: 'gb', languages: ['en'], menu: 'Press 1 for emergencies', for: 'Anything that cannot wait, day and night' }),
    line('0800 496 0100', { country: 'gb', languages: ['en'], for: 'Everything else', tollFree: true, open: false, opens: new Date(Date.now() + 9 * 3_600_000).toISOString() }),
    line('+49 30 2310 0100', { country: 'de', languages: ['de', 'en'], menu: 'Drücken Sie die 1' }),
  ].map((l) => ({ ...l, speaks: l.languages.includes(locale.slice(0, 2)) }));
  return { lines: lines.sort((a, b) => Number(b.open) - Number(a.open) || Number(b.speaks) - Number(a.speaks)), asOf };
};
