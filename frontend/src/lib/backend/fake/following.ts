import type { FollowInfo, FollowLevel } from '../members';
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
