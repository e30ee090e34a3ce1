import type { Draft, Me, ObjectInfo } from '../types';
import { person } from './people';
import { ticketView } from './ticket';
import { noClaim, type FakeTicket } from './world';

/** What a ticket is about, and others about the first of it. */
export function objectsOf(t: FakeTicket, all: FakeTicket[], me: Me): ObjectInfo[] {
  const others = all.filter((x) => x.id !== t.id && person(x.requester).org === person(t.requester).org).slice(0, 5);
  return ticketView(t, me).refs.map((r, i) => ({
    ...r, now: i === 1 ? 'Mail Pro 50' : '', gone: false, tickets: i === 0 ? others.map((x) => ({ ticket: x.id, number: x.number, subject: x.subject, status: x.status, updated: '' })) : [],
  }));
}

/** A new request about what a ticket was about. */
export const againOf = (t: FakeTicket): Draft => ({
  key: `new/again-${t.id}`, ticket: '', kind: 'new', text: '', subject: t.subject, department: t.department, urgency: 'normal', type: t.type, claim: noClaim, org: '', private: t.private,
  ccs: [], refs: [], files: [], basis: 0, updated: new Date().toISOString(), beside: { asks: [], answers: [], refers: 0, corrects: false }, recurs: t.id,
});
