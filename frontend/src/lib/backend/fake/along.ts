import type { AlongView } from '../along';
import type { Me } from '../types';
import type { FakeTicket } from './world';

const mine = (all: FakeTicket[], me: Me): FakeTicket[] => all.filter((t) => t.owner === me.id && t.status !== 'solved' && t.status !== 'closed');

export function alongOf(all: FakeTicket[], me: Me, files: { all: number; here: number }): AlongView {
  const own = mine(all, me);
  const on = own.filter((t) => t.along);
  return { tickets: own.length, along: on.length, until: on[0]?.along?.until ?? '', where: on[0]?.along?.where ?? '', files: files.all, missing: files.all - files.here, bytes: 0, whole: true, done: 0, total: 0 };
}

export function takenAlong(all: FakeTicket[], me: Me, until: string, where: string): FakeTicket[] {
  const own = mine(all, me);
  for (const t of own) t.along = until ? { name: me.name, mine: true, until, where, draft: t.draft !== null } : null;
  return own;
}
