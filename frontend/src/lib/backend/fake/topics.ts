import type { AnswerInfo, FieldInfo, FiledInfo, FormInfo, TopicInfo, Wanted, WantedInfo } from '../types';
import { person } from './people';

// What can be asked of the fake desk. The rules live in Go; these few lines only show what they would say.

const topic = (id: string, parent: string, name: string, what: string, department: string, more: Partial<TopicInfo> = {}): TopicInfo => ({ id, parent, name, for: what, department, type: '', retired: '', ...more });

export const topics: TopicInfo[] = [
  topic('mailboxes', '', 'Mail', 'Mailboxes, spam, addresses.', 'mail'),
  topic('mail-trouble', 'mailboxes', 'Mail does not arrive', 'Bounces, spam, delays.', 'mail', { type: 'incident' }),
  topic('mail-new', 'mailboxes', 'A new mailbox', 'For somebody or a team.', 'mail', { type: 'request' }),
  topic('people', '', 'People', 'Somebody joins or leaves.', 'care', { type: 'request' }),
  topic('joins', 'people', 'Somebody joins', 'Mailbox, computer, access.', 'care', { type: 'request' }),
  topic('webmail', '', 'Webmail', '', 'mail', { retired: 'mail-trouble' }),
];

const field = (id: string, label: string, type: FieldInfo['type'], more: Partial<FieldInfo> = {}): FieldInfo => ({ id, label, hint: '', type, required: false, options: [], wrong: '', ...more });

const joins = [
  field('who', 'Who is it?', 'person', { required: true }),
  field('kind', 'Which computer?', 'choice', { required: true, options: ['Laptop', 'Desktop', 'None'] }),
  field('model', 'Which model?', 'text', { hint: 'If you know it' }),
  field('first', 'First day', 'date'),
];

export function formFor(id: string, answers: AnswerInfo[]): FormInfo {
  if (id !== 'joins') return { form: '', version: 0, fields: [], missing: [], earliest: '', approver: false };
  const said = (f: string): string => answers.find((a) => a.field === f)?.value ?? '';
  const fields = joins.filter((f) => f.id !== 'model' || said('kind') === 'Laptop').map((f) => ({ ...f, wrong: f.type === 'date' && said(f.id) && !/^\d{4}-\d\d-\d\d$/.test(said(f.id)) ? 'is not a date. Write it as 2026-03-31.' : '' }));
  return { form: 'joins', version: 1, fields, missing: fields.filter((f) => f.required && !said(f.id)).map((f) => f.label), earliest: inDays(7), approver: true };
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export function wantedAs(id: string, w: Wanted): WantedInfo {
  const { earliest, form } = formFor(id, []);
  const short = w.neededBy !== '' && earliest !== '' && w.neededBy < earliest;
  const checks = form ? ['Mailbox', 'Computer'].map((text) => ({ text, done: false, name: '', at: '' })) : [];
  return { neededBy: w.neededBy, earliest: short ? earliest : '', short, expedite: w.expedite, checks, approval: { name: w.approver ? person(w.approver).name : '', state: '', reason: '', at: '', mine: false }, tick: false };
}

export function filedAs(id: string, answers: AnswerInfo[]): FiledInfo {
  const { form, version, fields, missing } = formFor(id, answers);
  return { topic: id, name: topics.find((t) => t.id === id)?.name ?? '', form, version, answers, missing: fields.filter((f) => missing.includes(f.label)) };
}
