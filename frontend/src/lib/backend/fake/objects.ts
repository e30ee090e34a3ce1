import type { Me, ObjectInfo } from '../types';
import { person } from './people';
import { ticketView } from './ticket';
import type { FakeTicket } from './world';

/** What a ticket is about, and others about the first of it. */
export function objectsOf(t: FakeTicket, all: FakeTicket[], me: Me): ObjectInfo[] {
  const others = all.filter((x) => x.id !== t.id && person(x.requester).org === person(t.requester).org).slice(0, 5);
  return ticketView(t, me).refs.map((r, i) => ({
    ...r, now: i === 1 ? 'Mail Pro 50' : '', gone: false, tickets: i === 0 ? others.map((x) => ({ ticket: x.id, number: x.number, subject: x.subject, status: x.status, updated: '' })) : [],
  }));
}
