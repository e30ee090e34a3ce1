import type { FollowedInfo, FollowInfo, FollowLevel } from '../members';
import type { Me } from '../types';
import { person } from './people';
import type { FakeTicket } from './world';

const key = (what: string, org: string, type: string, service: string): string => [what, org, type, service].join('/');

/** Keeps a level on the ticket it was chosen on. */
export const kept = (t: FakeTicket, what: string, org: string, type: string, service: string, level: FollowLevel): Pick<FakeTicket, 'levels'> => ({ levels: { ...t.levels, [key(what, org, type, service)]: level } });

/** What can be followed from a ticket. */
export function following(t: FakeTicket, me: Me): FollowInfo[] {
  const org = person(t.requester).org;
  const of = (what: FollowInfo['what'], name: string, o = '', type = '', service = ''): FollowInfo => ({ what, org: o, type, service, name, level: t.levels[key(what, o, type, service)] ?? '' });
  return [
    of('ticket', t.number),
    ...(t.ccs.includes(me.id) && t.requester !== me.id ? [of('copies', '')] : []),
    ...(org ? [of('service', 'Mail Pro 25', org, 'service', 's1'), of('organization', org, org)] : []),
  ];
}

/** Everything that is followed from any ticket, each once. */
export function allFollowed(tickets: FakeTicket[]): FollowedInfo[] {
  const out = new Map<string, FollowedInfo>();
  for (const t of tickets) {
    for (const [at, level] of Object.entries(t.levels)) {
      const [what = '', org = '', type = '', service = ''] = at.split('/');
      const own = what === 'ticket';
      const name = own ? t.number : what === 'service' ? 'Mail Pro 25' : org;
      if (level) out.set(own ? t.id : at, { key: own ? `ticket/${t.id}` : at, closed: own && t.status === 'closed', what: what as FollowInfo['what'], org, type, service, name, level, ticket: own ? t.id : '', subject: own ? t.subject : '', on: t.id, ended: '' });
    }
  }
  return [...out.values()];
}

/** Takes what the keys name off every ticket it was chosen on. */
export function cleared(tickets: FakeTicket[], keys: string[]): void {
  for (const t of tickets) {
    t.levels = Object.fromEntries(Object.entries(t.levels).filter(([at]) => !keys.includes(at.startsWith('ticket/') ? `ticket/${t.id}` : at)));
  }
}
