import type { Fault, OutboxItem } from '../types';
import { file, type FakeTicket } from './world';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const tooLarge: Fault = { code: 'too_large', message: 'Not accepted: mailbox-export.zip has 31 MB, the limit here is 20 MB. Nothing was sent.', hint: '', field: '' };

/** What stands in the outbox at first: one refused, and what was sent, or waits while offline. */
export function someItems(tickets: FakeTicket[], offline: boolean, id: () => string): OutboxItem[] {
  const [first, second, , , fifth] = tickets as [FakeTicket, FakeTicket, FakeTicket, FakeTicket, FakeTicket];
  const item = (part: Partial<OutboxItem>): OutboxItem => ({ id: id(), ticket: fifth.id, title: '', text: '', kind: 'reply', state: 'queued', at: ago(12), settledAt: '', fault: null, waits: '', actions: ['edit', 'discard'], files: [], ...part });
  const done: Partial<OutboxItem> = offline ? { state: 'queued', settledAt: '', actions: ['edit', 'discard'] } : { state: 'confirmed', settledAt: ago(3), actions: [] };
  const list = [
    item({ ticket: second.id, title: `Reply on ${second.number}, Henrik Sund`, text: 'Here is your export, Henrik. Unpack it on the desktop first.', state: 'refused', at: ago(28), actions: ['edit', 'retry', 'discard'], fault: tooLarge }),
    item({ ...done, title: `Reply on ${fifth.number}, Ines Carvalho`, text: 'The registry had the old owner’s address on file.', at: ago(14), waits: offline ? 'Checked against new messages before it goes' : '' }),
    item({ ...done, kind: 'note', title: `Note on ${fifth.number}`, text: 'Registry case 77-4102. Second time this month.', at: ago(11) }),
    item({ ...done, kind: 'status', ticket: first.id, title: 'Solve #30458-6, Leïla Benali', at: ago(8), waits: offline ? 'If Leïla writes first, it stays open' : '', actions: offline ? ['discard'] : [] }),
  ];
  if (offline) list.push(item({ title: `Reply on ${fifth.number}, Ines Carvalho`, text: 'And here is what the registry wrote back.', at: ago(5), waits: 'Goes out when its file is up', files: [file('registry-answer.pdf', 6_200_000, 'application/pdf', 'up', 0.42)] }));
  return list;
}
