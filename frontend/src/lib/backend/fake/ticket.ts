import type { EntryView, Me, TicketView } from '../types';
import { departmentName, departments, person } from './people';
import { following } from './following';
import { asRow } from './rows';
import { path } from './calls';
import type { FakeEntry, FakeTicket } from './world';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export function entryView(e: FakeEntry, me: Me, t: FakeTicket): EntryView {
  const p = person(e.by);
  const { by: _by, minutes: _minutes, ...rest } = e;
  const mine = e.by === me.id;
  return { ...rest, author: { id: p.id, name: p.name, initials: p.initials, me: mine, staff: p.staff, role: p.staff ? 'Veldhost' : p.org }, ref: e.internal || e.kind !== 'message' ? 0 : e.seq, asks: e.asks.map((a) => t.asks.find((x) => x.id === a.id) ?? a), receipt: mine ? e.receipt : null, fresh: !mine && e.seq > t.read, thanks: e.thanks && mine && t.status === 'solved' };
}

function liveView(t: FakeTicket, me: Me): TicketView['live'] {
  if (!t.live) return null;
  const staff = me.role !== 'customer';
  const mine = t.live.by === me.id;
  return { ...t.live, mine, join: staff && !mine, lines: t.live.lines.map((l) => ({ ...l, me: l.name === me.name })) };
}

/** What can be expected of it: figures until it is answered. */
function outlook(t: FakeTicket, answered: boolean): TicketView['outlook'] {
  const d = departments.find((x) => x.id === t.department);
  if (!d || t.status === 'solved' || t.status === 'closed') return { usual: '', opens: '', busy: null };
  return { usual: (answered ? d.reply : d.answers.find((a) => a.urgency === t.urgency)?.usual) ?? '', opens: d.opens, busy: d.busy };
}

/** A ticket as its reader sees it; a customer never sees what only the team reads. */
export function ticketView(t: FakeTicket, me: Me): TicketView {
  const staff = me.role !== 'customer';
  const from = person(t.requester);
  const shown = t.entries.filter((e) => staff || !e.internal);
  const over = t.status === 'solved' || t.status === 'closed';
  const first = t.entries[0];
  const at = (kind: string) => t.entries.find((e) => e.kind === kind)?.at ?? '';
  const answered = t.entries.find((e) => person(e.by).staff && e.kind === 'message');
  const row = asRow(t, me);
  const step = (kind: string, title: string, time: string, now = false, due = '') => ({ kind, title, at: time, by: '', note: now && !due && kind !== 'waiting' ? 'usually within 40 minutes' : '', due, state: time ? ('done' as const) : now ? ('now' as const) : ('next' as const) });
  return {
    row, entries: shown.map((e) => entryView(e, me, t)).filter((e) => e.seq === 0 || e.seq >= t.begins), firstSeq: t.begins, lastSeq: t.entries.length,
    requester: { id: from.id, name: from.name, initials: from.initials, title: from.title, org: from.org, phone: from.phone, reach: staff ? [`${from.id}@${from.org.toLowerCase().replace(/[^a-z]+/g, '-') || 'home'}.example`] : [], also: [] },
    ccs: t.ccs.map((id) => ({ id, name: person(id).name, outside: person(id).org !== from.org, me: id === me.id, since: t.later[id] ?? '' })), begins: t.begins, ccsReadAll: false,
    helpers: t.helpers.map((id) => ({ id, name: person(id).name, me: id === me.id })),
    goesTo: [
      { id: from.id, name: from.name, role: 'requester' as const, outside: false },
      ...(t.owner ? [{ id: t.owner, name: person(t.owner).name, role: 'engineer' as const, outside: false }] : []),
      ...t.helpers.map((id) => ({ id, name: person(id).name, role: 'helper' as const, outside: false })),
      ...(t.owner || t.helpers.length > 0 ? [] : [{ id: '', name: departmentName(t.department), role: 'team' as const, outside: false }]),
      ...t.ccs.map((id) => ({ id, name: person(id).name, role: 'cc' as const, outside: person(id).org !== from.org })),
    ].filter((r) => r.id !== me.id),
    steps: [
      step('received', 'Received', first?.at ?? ''), step('triaged', `With ${departmentName(t.department)}`, at('referred')), step('assigned', 'Looked at', t.owner ? (at('assigned') || (first?.at ?? '')) : '', !t.owner),
      step('answered', 'First answer', answered?.at ?? '', Boolean(t.owner), answered ? '' : row.due),
      ...(answered && !over ? [row.turn === 'yours' ? step('waiting', 'Waiting for you', '', true) : step('next', 'Next answer', '', true, row.due)] : []),
      step('solved', 'Solved', over ? ago(t.updated) : ''),
    ],
    refs: [{ kind: 'domain', id: 'd1', label: `${from.org.toLowerCase().replace(/[^a-z]+/g, '-') || 'home'}.example`, verified: true }, { kind: 'service', id: 's1', label: 'Mail Pro 25', verified: true }],
    can: { reply: true, note: staff, close: !over, again: over, reopen: over, assign: staff && !over, refer: staff && !over, status: staff, priority: staff, ccs: true, helpers: staff && !over, rename: staff, type: staff, tags: staff, language: staff, topic: staff, fill: !over, rate: t.requester === me.id && t.status === 'solved' && t.rating.asked !== '', private: !staff, tell: staff, skip: staff && !over, merge: staff, split: staff || !over, join: !staff && t.requester !== me.id && !over && !t.into, ask: staff, answer: !staff && !over, promise: staff && !over, snooze: staff && !over, hold: me.role === 'lead', grant: staff, askLarge: !staff && !over, escalate: !over, acknowledge: staff && row.called !== '' && (t.page && !t.page.ackedAt ? true : t.escalation?.told.ackedAt === ''), deescalate: staff && (t.escalation?.open ?? false), workaround: staff && !over, judge: !staff && !over && t.workaround !== null, fix: staff },
    writing: over ? (t.status === 'closed' && !staff ? 'asks' : 'reopens') : '', cause: t.cause, links: t.links.filter((l) => l.number), reopened: 0, rating: t.rating, language: staff ? t.language : '', cover: t.cover,
    composerHint: over ? 'This is solved. Writing opens it again.' : '',
    departmentName: departmentName(t.department), assigneeName: t.owner ? person(t.owner).name : '', resolution: t.resolution, solvedAtCare: over && staff && t.department === 'care', urgency: t.urgency, type: t.type, claim: t.claim, filed: t.filed, wanted: { ...t.wanted, tick: staff && !over }, proposal: staff && !over ? t.proposal : null, holdUntil: t.holdUntil, private: t.private,
    readers: ['You', ...(from.org && !t.private ? [`Everyone at ${from.org}`] : []), ...t.ccs.map((id) => person(id).name)],
    present: staff && t.read < 9 && t.owner === me.id ? [{ id: 'anna', name: 'Anna Lindqvist', initials: 'AL', writing: true }] : [],
    reply: t.draft, note: t.noteDraft, asks: t.asks, live: liveView(t, me), promises: t.promises, following: following(t, me), snooze: staff ? t.snooze : null, tried: staff ? (t.tried ?? []) : [], grant: t.grant, keep: t.keep && { ...t.keep, hold: staff ? t.keep.hold : null },
    together: { into: null, merged: [], alike: [], joined: t.joined.map((id) => ({ name: person(id).name, me: id === me.id })) },
    page: t.page && (staff ? t.page : { ...t.page, told: [] }), escalation: t.escalation && (staff ? t.escalation : { ...t.escalation, told: { ...t.escalation.told, told: [] } }), path: path(t, staff), workaround: t.workaround, fix: null, work: t.work, away: '', outlook: outlook(t, Boolean(answered)), misuse: staff ? t.misuse : null, along: staff ? t.along : null,
  };
}

/** Who is in copy once some were added and some removed, and who of them reads from where they came in. */
export function copied({ ccs, later }: FakeTicket, add: string[], remove: string[], whole: boolean): Pick<FakeTicket, 'ccs' | 'later'> {
  const news = add.filter((c) => !ccs.includes(c));
  const since = Object.fromEntries((whole ? [] : news).map((c) => [c, new Date().toISOString()]));
  const kept = Object.entries(later).filter(([c]) => !remove.includes(c) && !(whole && add.includes(c)));
  return { ccs: [...ccs.filter((c) => !remove.includes(c)), ...news], later: { ...Object.fromEntries(kept), ...since } };
}
