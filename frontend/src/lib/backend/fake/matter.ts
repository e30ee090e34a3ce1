import type { Resembling } from '../searching';
import type { LinkInfo, Me, MergeChoice, Suggestion, Together } from '../types';
import { person } from './people';
import { asRow } from './rows';
import type { FakeTicket } from './world';

// What tickets of the fake desk have to do with each other. It knows likeness by the first word of a subject.

const link = (kind: string, t: FakeTicket): LinkInfo => ({ kind, ticket: t.id, number: t.number, subject: t.subject });
const word = (subject: string): string => subject.toLowerCase().split(/\W+/)[0] ?? '';
const open = (t: FakeTicket): boolean => t.status !== 'solved' && t.status !== 'closed' && !t.into;
const alike = (a: FakeTicket, b: FakeTicket): boolean => a !== b && a.requester === b.requester && word(a.subject) === word(b.subject) && open(a) && open(b);

export function together(t: FakeTicket, all: FakeTicket[], me: Me, joined: Together['joined']): Together {
  const staff = me.role !== 'customer';
  const into = all.find((x) => x.id === t.into);
  return {
    into: into ? link('into', into) : null,
    merged: all.filter((x) => x.into === t.id).map((x) => link('merged', x)),
    alike: staff ? all.filter((x) => alike(t, x)).map((x) => link(Math.abs(x.updated - t.updated) <= 15 ? 'burst' : 'open', x)) : [],
    joined,
  };
}

export function choices(t: FakeTicket, all: FakeTicket[], query: string): MergeChoice[] {
  const fits = (x: FakeTicket): boolean => (query ? `${x.number} ${x.subject}`.toLowerCase().includes(query.toLowerCase()) : x.requester === t.requester && open(x));
  return all.filter((x) => x !== t && fits(x)).slice(0, 20).map((x) => ({
    ticket: x.id, number: x.number, subject: x.subject, who: person(x.requester).name, like: alike(t, x) ? 'burst' : x.requester === t.requester ? 'same' : '',
    fault: x.requester === t.requester ? null : { code: 'invalid', message: `${person(t.requester).name} cannot read the other ticket, so an answer there would not arrive.`, hint: 'If they may know of it, add them in copy there first.', field: 'into' },
  }));
}

export function suggestions(subject: string, all: FakeTicket[], me: Me): Suggestion[] {
  const org = person(me.id).org;
  const fits = (t: FakeTicket): boolean => word(subject).length > 3 && word(t.subject) === word(subject) && !t.into && person(t.requester).org === org && !t.private;
  const found = all.filter(fits);
  return [...found.filter(open).slice(0, 3), ...found.filter((t) => !open(t)).slice(0, 2)].map((t) => ({
    ticket: t.id, number: t.number, subject: t.subject, who: person(t.requester).name, mine: t.requester === me.id, story: asRow(t, me).story,
    add: open(t), join: open(t) && t.requester !== me.id && !t.joined.includes(me.id), solved: !open(t), resolution: open(t) ? '' : (t.resolution ?? ''), again: !open(t) && t.requester === me.id,
  }));
}

export function resembling(t: FakeTicket | undefined, all: FakeTicket[], me: Me): Resembling {
  const like = t && me.role !== 'customer' ? all.filter((x) => x !== t && !x.into && word(t.subject).length > 3 && word(x.subject) === word(t.subject)) : [];
  const line = (x: FakeTicket) => ({ ticket: x.id, number: x.number, subject: x.subject, who: person(x.requester).name, resolution: open(x) ? '' : (x.resolution ?? ''), at: new Date(Date.now() - x.updated * 60_000).toISOString() });
  return { open: like.filter(open).slice(0, 3).map(line), solved: like.filter((x) => !open(x)).slice(0, 3).map(line) };
}
