import type { Me, Row, Section, Sort, ViewInfo } from '../types';
import { departmentName, departments, person } from './people';
import { turn, type FakeTicket } from './world';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const order = { emergency: 0, high: 1, normal: 2, low: 3, '': 2 };

type Part = 'needs' | 'waiting' | 'solved';

export const asRow = (t: FakeTicket, me: Me): Row => {
  const staff = me.role !== 'customer';
  const owner = t.owner ? person(t.owner) : null;
  const from = person(t.requester);
  // Customers are told when we reply and when their request ends without a word of theirs.
  const owed = ['new', 'triage', 'in_progress'].includes(t.status) || t.dueKind === 'close';
  return {
    id: t.id, number: t.number, subject: t.subject, status: t.status, turn: turn(t, me.id, staff), priority: t.priority,
    who: from.name, org: from.org, story: staff ? '' : story(t),
    owner: owner ? { id: owner.id, name: owner.name, initials: owner.initials, mine: owner.id === me.id } : null,
    department: departmentName(t.department), updated: ago(t.updated), waitingSince: ago(t.waiting),
    due: t.due === null || (!staff && !owed) ? '' : ago(-t.due), dueKind: staff || owed ? t.dueKind : '', dueUsed: staff || owed ? t.dueUsed : 0,
    unread: t.read < t.entries.length, draft: t.draft !== null || t.noteDraft !== null, queued: t.queued, attention: t.attention,
    files: t.entries.some((e) => e.files.length > 0), private: t.private, tags: staff ? t.tags : [], called: isOpen(t) ? (staff && t.page && !t.page.ackedAt ? 'emergency' : t.escalation?.open ? 'escalated' : '') : '',
  };
};

function story(t: FakeTicket): string {
  const who = t.owner ? (person(t.owner).name.split(' ')[0] ?? '') : '';
  if (t.status === 'solved' || t.status === 'closed') return who ? `Solved by ${who}` : 'Solved';
  if (t.status === 'waiting_customer') return `${who} asked you something`;
  if (t.status === 'on_hold') return 'Planned for Monday 08:00';
  return who ? `${who} is looking at it` : 'Received, nobody has it yet';
}

const isOpen = (t: FakeTicket) => t.status !== 'solved' && t.status !== 'closed';

type View = Pick<ViewInfo, 'id' | 'title' | 'icon' | 'group' | 'empty' | 'saved'> & { in: (t: FakeTicket) => boolean };

export function viewsFor(me: Me): View[] {
  if (me.role === 'customer') {
    const mine = (t: FakeTicket) => t.requester === me.id;
    return [
      { id: 'mine', title: 'Open', icon: 'inbox', group: '', empty: 'No open requests. When something comes up, write to us.', in: (t) => mine(t) && isOpen(t) },
      { id: 'waiting_on_me', title: 'Waiting on me', icon: 'corner-up-left', group: '', empty: 'Nothing waits for you.', in: (t) => mine(t) && t.status === 'waiting_customer' },
      { id: 'solved', title: 'Solved', icon: 'circle-check', group: '', empty: 'Nothing solved yet.', in: (t) => mine(t) && !isOpen(t) },
      { id: 'mine_all', title: 'All', icon: 'history', group: '', empty: 'You have no requests.', in: mine },
      { id: 'ccd', title: 'Requests I’m CC’d on', icon: 'users-round', group: 'shared', empty: 'Nobody has added you to a request.', in: (t) => t.ccs.includes(me.id) },
      ...me.orgs.map((org) => ({ id: `org:${org.id}`, title: org.name, icon: 'building-2', group: 'shared', empty: 'No requests here yet.', in: (t: FakeTicket) => person(t.requester).org === org.name && !t.private })),
    ];
  }
  const ours = (t: FakeTicket) => isOpen(t) && ['new', 'triage', 'in_progress'].includes(t.status);
  return [
    { id: 'needs_me', title: 'Needs me', icon: 'corner-up-left', group: '', empty: 'Nothing needs you.', in: (t) => t.owner === me.id && ours(t) },
    { id: 'called', title: 'Escalated', icon: 'chevrons-up', group: '', empty: 'Nothing is escalated, and no emergency waits for an answer.', in: (t) => isOpen(t) && (t.escalation?.open || (t.page !== null && !t.page.ackedAt)) },
    { id: 'my_open', title: 'My open', icon: 'user-round', group: '', empty: 'You have no open tickets.', in: (t) => t.owner === me.id && isOpen(t) },
    { id: 'unassigned', title: 'Unassigned', icon: 'circle-dot', group: '', empty: 'Every ticket has someone.', in: (t) => !t.owner && isOpen(t) },
    { id: 'all_open', title: 'All open', icon: 'layers', group: '', empty: 'No open tickets.', in: isOpen },
    { id: 'waiting_customer', title: 'On customer', icon: 'arrow-right', group: 'waiting', empty: 'No customer owes an answer.', in: (t) => t.status === 'waiting_customer' },
    { id: 'waiting_third', title: 'On third party', icon: 'diamond', group: 'waiting', empty: 'Nothing waits on a third party.', in: (t) => t.status === 'waiting_third_party' },
    { id: 'snoozed', title: 'Snoozed', icon: 'clock', group: 'waiting', empty: 'No ticket is put aside.', in: (t) => t.snooze !== null },
    { id: 'on_hold', title: 'On hold', icon: 'pause', group: 'waiting', empty: 'Nothing is on hold.', in: (t) => t.status === 'on_hold' },
    ...departments.map((d) => ({ id: `dept:${d.id}`, title: d.name, icon: d.icon, group: 'departments', empty: `${d.name} is empty.`, in: (t: FakeTicket) => t.department === d.id && (isOpen(t) || t.updated < 1440) })),
  ];
}

export const sectionOf = (row: Row): Part => (row.turn === 'solved' ? 'solved' : ['yours', 'nobody', 'colleague', 'with_us'].includes(row.turn) ? 'needs' : 'waiting');

/** For a customer what waits for them comes first, then what is with support. */
export const customerSection = (row: Row): Part => (row.turn === 'solved' ? 'solved' : row.turn === 'yours' ? 'needs' : 'waiting');

export const titles = {
  staff: { needs: 'Needs us', waiting: 'Waiting on others', solved: 'Solved today' },
  customer: { needs: 'Waiting on you', waiting: 'With us', solved: 'Solved' },
};

const place = { needs: 0, waiting: 1, solved: 2 };

type Placed = { t: FakeTicket; row: Row; section: Part };

const number = (x: Placed) => Number.parseInt(x.row.number.slice(1), 10) || Infinity;

/** What comes first within a section. The oldest request is the one with the lowest number here. */
const orders: Record<Sort, (a: Placed, b: Placed) => number> = {
  queue: (a, b) => order[a.t.priority] - order[b.t.priority] || (a.t.due ?? 1e9) - (b.t.due ?? 1e9) || b.t.waiting - a.t.waiting,
  newest: (a, b) => a.t.updated - b.t.updated,
  oldest: (a, b) => number(a) - number(b),
  number: (a, b) => number(b) - number(a),
  colleague: (a, b) => person(a.t.requester).name.localeCompare(person(b.t.requester).name) || a.t.updated - b.t.updated,
  due: (a, b) => (a.t.due ?? 1e9) - (b.t.due ?? 1e9),
};

export function sorted(list: Placed[], by: Sort = 'queue') {
  return list.sort((a, b) => place[a.section] - place[b.section] || orders[by](a, b));
}

/** Where a ticket stands on the board: by age and by what is left until its deadline. */
export const bandOf = (hours: number, limits: number[]): number => limits.filter((l) => hours >= l).length;
export const dueBand = (t: FakeTicket): number => (t.due === null ? 4 : t.due <= 0 ? 0 : t.due <= 60 ? 1 : t.due <= 1440 ? 2 : 3);

/** The heads of a list; one that is kept by who asked has one for each of them. */
export function sectionsOf(list: Placed[], names: Record<Part, string>, by: Sort): Section[] {
  const out: Section[] = [];
  list.forEach((x, start) => {
    const who = by === 'colleague' ? x.t.requester : '';
    const id = who ? `${x.section}/${who}` : x.section;
    const last = out.at(-1);
    if (last?.id === id) last.count++;
    else out.push({ id, title: who ? `${names[x.section]} · ${person(who).name}` : names[x.section], start, count: 1 });
  });
  return out;
}
