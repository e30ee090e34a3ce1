import type { Urgency } from '../types';
import type { DepartmentCard, UsualAnswer } from '../outlook';

// The people of the fake desk. They and everything they write were made up for it.

export type Person = { id: string; name: string; initials: string; org: string; title: string; phone: string; staff: boolean; departments: string[] };

const staff = (id: string, name: string, initials: string, title: string, departments: string[]): Person => ({ id, name, initials, org: 'Veldhost', title, phone: '', staff: true, departments });
const asks = (id: string, name: string, initials: string, org: string, title: string, phone = ''): Person => ({ id, name, initials, org, title, phone, staff: false, departments: [] });

export const people: Person[] = [
  staff('jonas', 'Jonas Reiter', 'JR', 'Engineer', ['mail', 'care']),
  staff('anna', 'Anna Lindqvist', 'AL', 'Engineer', ['servers', 'mail']),
  staff('marek', 'Marek Dvořák', 'MD', 'Engineer', ['servers']),
  staff('priya', 'Priya Raman', 'PR', 'Lead', ['mail', 'servers', 'billing']),
  staff('tomas', 'Tomás Ferreira', 'TF', 'Lead', ['care', 'billing']),
  asks('miriam', 'Miriam Vogt', 'MV', 'Kranich Apotheken', 'Branch manager', '+44 20 7946 0142'),
  asks('henrik', 'Henrik Sund', 'HS', 'Sund Regnskap', 'Owner', '+44 20 7946 0177'),
  asks('elif', 'Elif Aydın', 'EA', 'Papierladen Nord', 'Shop and web', '+44 20 7946 0119'),
  asks('mert', 'Mert Aydın', 'MA', 'Papierladen Nord', 'Owner'),
  asks('paul', 'Paul Okafor', 'PO', 'Brightwater Clinic', 'Practice manager'),
  asks('ines', 'Ines Carvalho', 'IC', 'Quinta do Vale', 'Reception'),
  asks('tobias', 'Tobias Lenz', 'TL', '', ''),
  asks('yusuf', 'Yusuf Demir', 'YD', 'Ankor Logistik', 'IT'),
  asks('saga', 'Saga Nyström', 'SN', 'Fjällbyrå', 'Office'),
  asks('carla', 'Carla Benedetti', 'CB', 'Studio Benedetti', 'Architect'),
  asks('ruth', 'Ruth Adler', 'RA', 'Adler & Söhne', 'Accounts'),
  asks('noor', 'Noor Haddad', 'NH', 'Lumen Schools', 'Head of IT'),
  asks('owen', 'Owen Pryce', 'OP', '', ''),
  asks('leila', 'Leïla Benali', 'LB', 'Atelier Nour', 'Studio'),
  asks('dana', 'دانا منصور', 'دم', 'Lumen Schools', 'Teacher'),
];

export const person = (id: string): Person => people.find((p) => p.id === id) ?? (people[0] as Person);

const idle = { busy: null, announce: false };

const monday = (): string => {
  const at = new Date();
  at.setDate(at.getDate() + ((8 - at.getDay()) % 7 || 7));
  at.setHours(9, 0, 0, 0);
  return at.toISOString();
};

const urgencies: Urgency[] = ['question', 'normal', 'high', 'emergency'];
/** Counted for what is normal; else the department's words, and always what it promises. */
const answers = (words: string, counted: string, promised: string): UsualAnswer[] => urgencies.map((urgency) => ({ urgency, usual: urgency === 'normal' ? counted : words, promised }));

export const departments: DepartmentCard[] = [
  { id: 'care', name: 'Care', for: 'Not sure? Start here.', icon: 'hand', hours: 'until 22:00', reply: 'usually 20 min', answers: answers('usually 20 min', 'usually 20 min, nearly always within 1 h of opening time', 'within 1 h of opening time'), phone: '+44 20 7946 0100', opens: '', receives: 'care', languages: ['English', 'German'], ...idle },
  { id: 'mail', name: 'Mail & DNS', for: 'Mailboxes, spam, domains.', icon: 'mail', hours: 'until 18:00', reply: 'usually 40 min', answers: answers('usually 40 min', 'usually 40 min, nearly always within 3 h of opening time', 'within 2 h of opening time'), phone: '+44 20 7946 0100', opens: '', receives: 'care', languages: [], ...idle },
  { id: 'servers', name: 'Servers', for: 'Slow, down, errors, backups.', icon: 'server', hours: 'day and night', reply: 'usually 25 min', answers: answers('usually 25 min', 'usually 25 min', ''), phone: '+44 20 7946 0100', opens: '', receives: 'care', languages: [], ...idle },
  { id: 'billing', name: 'Billing', for: 'Invoices and contracts.', icon: 'receipt', hours: 'opens Mon 09:00', reply: 'usually by Mon 11:00', answers: answers('usually by Mon 11:00', 'usually by Mon 11:00', 'within 8 h of opening time'), phone: '+44 20 7946 0100', opens: monday(), receives: 'billing', languages: [], ...idle },
];

export const departmentName = (id: string): string => departments.find((d) => d.id === id)?.name ?? id;

export const holdings = [
  { kind: 'domain', id: 'd1', label: 'papierladen-nord.example', verified: true },
  { kind: 'service', id: 's1', label: 'Shop hosting', verified: true },
  { kind: 'invoice', id: 'i1', label: 'INV-2304', verified: true },
];
