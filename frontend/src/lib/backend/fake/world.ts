import type { FollowLevel } from '../members';
import type { CallInfo, EscalationInfo } from '../calls';
import type { LiveView } from '../live';
import type { Cover, AskInfo, Claim, Draft, EntryView, FiledInfo, FileInfo, FixState, WantedInfo, Priority, PromiseDecision, PromiseInfo, Receipt, Status, TicketType, TicketView, Turn, Urgency } from '../types';
import { departmentName, person } from './people';
import { openers, subjects } from './texts';

// Tickets of the fake desk: thirty told by hand, the rest made by rule. All
// times are counted back from the moment the desk is opened.

export type FakeEntry = Omit<EntryView, 'author' | 'fresh'> & { by: string; minutes: number };

export type FakeTicket = {
  id: string; number: string; subject: string; status: Status; priority: Priority; urgency: Urgency; type: TicketType; claim: Claim; cover: Cover | null; helpers: string[];
  filed: FiledInfo; wanted: WantedInfo;
  proposal: { priority: Priority; why: string } | null;
  requester: string; department: string; owner: string;
  updated: number; waiting: number; due: number | null; dueKind: string; dueUsed: number;
  read: number; entries: FakeEntry[]; draft: Draft | null; noteDraft: Draft | null;
  asks: AskInfo[]; live: LiveView | null;
  queued: boolean; attention: boolean; private: boolean; ccs: string[]; later: Record<string, string>; begins: number; holdUntil: string; resolution: string; cause: string; links: TicketView['links']; tags: string[]; language: string; rating: TicketView['rating'];
  promises: PromiseInfo[]; levels: Record<string, FollowLevel>; snooze: TicketView['snooze']; tried?: TicketView['tried']; keep: TicketView['keep']; grant: TicketView['grant']; into: string; joined: string[];
  page: CallInfo | null; escalation: EscalationInfo | null; workaround: TicketView['workaround']; fix: FakeFix | null; work: TicketView['work']; misuse: TicketView['misuse']; along: TicketView['along'];
};

/** What becomes of the fix, and the problem it waits for. */
export type FakeFix = { state: FixState; due: string; problem: string };

export const noClaim: Claim = { down: '', since: '', impact: '', severity: '' };

export const noFiled: FiledInfo = { topic: '', name: '', form: '', version: 0, answers: [], missing: [] };

export const noWanted: WantedInfo = { neededBy: '', earliest: '', short: false, expedite: false, checks: [], approval: { name: '', state: '', reason: '', at: '', mine: false }, tick: false };

/** A small generator of numbers that always gives the same desk. */
export function dice(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const blocks = (text: string): EntryView['blocks'] =>
  text.split('\n\n').map((part) => (part.startsWith('    ') ? { kind: 'code' as const, text: part.replace(/^ {4}/gm, '') } : { kind: 'p' as const, spans: [{ text: part }] }));

export const receipt = (state: Receipt['state'], at: string, more: Partial<Receipt> = {}): Receipt => ({
  state, queuedAt: at, sentAt: state === 'queued' ? '' : at, confirmedAt: ['confirmed', 'seen'].includes(state) ? at : '',
  seenBy: '', seenAt: '', hash: ['confirmed', 'seen'].includes(state) ? '9f2c4e…' : '', waits: '', until: '', fault: null, ...more,
});

let serial = 0;
export function entry(by: string, minutes: number, text: string, more: Partial<FakeEntry> = {}): FakeEntry {
  const at = new Date(Date.now() - minutes * 60_000).toISOString();
  return { id: `e${++serial}`, seq: 0, kind: 'message', internal: false, by, minutes, at, claimed: '', blocks: blocks(text), text, files: [], line: '', receipt: null, outbox: '', to: '', thanks: false, asks: [], answers: [], ref: 0, about: null, ...more };
}

export const note = (by: string, minutes: number, text: string) => entry(by, minutes, text, { kind: 'note', internal: true });
export const change = (by: string, minutes: number, kind: string, line: string, internal = false) => entry(by, minutes, '', { kind, line, internal, blocks: [] });

export const file = (name: string, size: number, type: string, state: FileInfo['state'] = 'here', progress = 1): FileInfo => ({ hash: `h-${name}`, name, size, type, state, progress, preview: '' });

/** Whose turn it is for me. */
export function turn(t: FakeTicket, me: string, staff: boolean): Turn {
  if (t.status === 'solved' || t.status === 'closed') return 'solved';
  if (t.status === 'on_hold') return 'hold';
  if (staff && t.snooze && t.status === 'in_progress') return 'snoozed';
  if (!staff) return t.status === 'waiting_customer' ? 'yours' : 'with_us';
  if (t.status === 'waiting_customer') return 'customer';
  if (t.status === 'waiting_third_party') return 'third_party';
  if (!t.owner) return 'nobody';
  return t.owner === me ? 'yours' : 'colleague';
}

export function make(part: Partial<FakeTicket> & Pick<FakeTicket, 'subject' | 'requester'>, index: number): FakeTicket {
  const n = index < 10_000 ? 30_500 - index * 3 : 40_000 + index;
  const t: FakeTicket = {
    id: `t${n}`, number: `#${n}-${(n * 7) % 10}`, status: 'in_progress', priority: 'normal', urgency: 'normal', type: '', claim: noClaim, cover: null, filed: noFiled, helpers: [], wanted: noWanted, proposal: null, department: 'mail', owner: '',
    updated: 60, waiting: 60, due: null, dueKind: 'next_reply', dueUsed: 0, read: 99, entries: [], draft: null, noteDraft: null, asks: [], live: null,
    queued: false, attention: false, private: false, ccs: [], later: {}, begins: 1, holdUntil: '', resolution: '', cause: '', links: [], tags: [], language: 'en', rating: { asked: '', score: '', comment: '', at: '' }, promises: [], levels: {}, snooze: null, keep: null, grant: null, into: '', joined: [], page: null, escalation: null, workaround: null, fix: null, work: null, misuse: null, along: null, ...part,
  };
  if (t.entries.length === 0) t.entries = conversation(t, dice(n));
  t.entries.forEach((e, i) => (e.seq = i + 1));
  return t;
}

/** A short exchange that fits the state of a ticket. */
function conversation(t: FakeTicket, roll: () => number): FakeEntry[] {
  const began = t.updated + 60 + Math.floor(roll() * 600);
  const list = [entry(t.requester, began, openers[Math.floor(roll() * openers.length)] ?? '')];
  if (t.owner) {
    list.push(change(t.owner, began - 12, 'assigned', `${person(t.owner).name} took this`));
    list.push(entry(t.owner, began - 20, 'Thank you for writing. I have looked at it and can see what you mean. I am on it and will tell you here what I find.', { receipt: receipt('seen', new Date(Date.now() - (began - 20) * 60_000).toISOString(), { seenBy: person(t.requester).name, seenAt: new Date(Date.now() - (began - 31) * 60_000).toISOString() }) }));
  } else if (t.department !== 'care') {
    list.push(change('tomas', began - 8, 'referred', `Tomás passed this from Care to ${departmentName(t.department)}. Tried: the usual checks.`, true));
  }
  if (t.status === 'solved') list.push(change(t.owner || 'anna', t.updated, 'status', `${person(t.owner || 'anna').name} solved this`));
  else list.push(entry(t.requester, t.updated, 'It is still the same here today. Is there anything I can send you that helps?'));
  return list;
}

/** Tickets by rule, for lists of any length. */
export function fill(count: number, from: number): FakeTicket[] {
  const roll = dice(7);
  const owners = ['jonas', 'anna', 'marek', 'priya', '', ''];
  const who = ['miriam', 'henrik', 'elif', 'paul', 'ines', 'tobias', 'yusuf', 'saga', 'carla', 'ruth', 'noor', 'owen', 'leila'];
  const states: Status[] = ['in_progress', 'in_progress', 'in_progress', 'waiting_customer', 'waiting_third_party', 'on_hold', 'solved', 'solved'];
  const pick = <T>(list: T[]): T => list[Math.floor(roll() * list.length)] as T;
  return Array.from({ length: count }, (_, i) => {
    const status = pick(states);
    const age = Math.floor(30 + roll() * 60 * 24 * 40);
    const subject = pick(subjects);
    const n = from + i;
    return lazily({
      subject, requester: pick(who), owner: pick(owners), status, department: pick(['mail', 'mail', 'servers', 'care', 'billing']),
      updated: age, waiting: age, due: status === 'in_progress' ? Math.floor(roll() * 3000) : null, dueUsed: roll() * 0.8,
    }, n);
  });
}

/** The conversation of a ticket made by rule is written when someone opens it. */
function lazily(part: Partial<FakeTicket> & Pick<FakeTicket, 'subject' | 'requester'>, index: number): FakeTicket {
  const placeholder = entry(part.requester, part.updated ?? 0, '');
  const t = make({ ...part, entries: [placeholder] }, index);
  let told: FakeEntry[] | null = null;
  Object.defineProperty(t, 'entries', {
    get: () => {
      if (!told) {
        told = conversation(t, dice(index));
        told.forEach((e, i) => (e.seq = i + 1));
      }
      return told;
    },
  });
  return t;
}

/** The promises of a ticket after some of them were decided on; who has it now keeps the rest. */
export function decided(t: FakeTicket, by: PromiseDecision[], to: string): PromiseInfo[] {
  return t.promises.map((p) => {
    const d = by.find((x) => x.promise === p.id);
    if (!d || p.state) return p;
    return d.state === 'passed' ? { ...p, by: to ? person(to).name : '', mine: false } : { ...p, state: d.state };
  });
}
