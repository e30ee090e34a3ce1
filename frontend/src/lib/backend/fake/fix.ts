import type { Backend, FixInfo, FixState, LinkInfo, MergeChoice } from '../types';
import { departmentName } from './people';
import { noClaim, noFiled, type FakeTicket } from './world';

// What becomes of troubles at the fake desk. Those who wait for a problem are told when they are looked at.

const link = (kind: string, t: FakeTicket): LinkInfo => ({ kind, ticket: t.id, number: t.number, subject: t.subject });
const words: Record<FixState, string> = { '': '', planned: 'A fix is being worked on', done: 'The fix is there', none: 'There will be no fix' };

export function fixView(t: FakeTicket, all: FakeTicket[], staff: boolean): FixInfo | null {
  if (!t.fix && t.type !== 'problem') return null;
  const { state, due } = t.fix ?? { state: '' as const, due: '' };
  const problem = staff && t.fix ? all.find((x) => x.id === t.fix?.problem) : undefined;
  const day = due && new Date(due).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
  return {
    state, due, words: state === 'planned' && day ? `A fix is planned for ${day}` : words[state], problem: problem ? link('problem', problem) : null,
    waiting: staff ? all.filter((x) => x.fix?.problem === t.id && x.fix.state === 'planned').map((x) => link('waiting', x)) : [], untold: 0,
  };
}

/** What a ticket is then, and the line that says so. */
export function fixed(t: FakeTicket, state: FixState, due: string, text: string): [Partial<FakeTicket>, string] {
  const status = t.type === 'problem' && state !== 'planned' ? 'solved' : ({ planned: 'on_hold', done: 'waiting_customer', none: 'in_progress', '': 'in_progress' } as const)[state];
  return [{ fix: state ? { state, due, problem: t.fix?.problem ?? '' } : null, status }, `told: ${words[state] || 'this waits for no fix any more'}${text ? `: ${text}` : ''}`];
}

export async function newProblem(desk: Pick<Backend, 'openTicket' | 'waitForFix'> & { tickets: FakeTicket[] }, t: FakeTicket, subject: string, text: string): ReturnType<Backend['openProblem']> {
  const opened = await desk.openTicket({ draft: '', subject, text: `Found with ${t.number}`, department: t.department, urgency: 'normal', type: 'problem', claim: noClaim, org: '', private: false, ccs: [], refs: [], files: [], requester: '', recurs: '', entitlement: '', release: '', filed: noFiled, wanted: { neededBy: '', expedite: false, approver: '' } });
  const made = desk.tickets.find((x) => x.id === opened.ticket);
  if (made) made.type = 'problem';
  await desk.waitForFix(t.id, opened.ticket, text);
  return opened;
}

export const problems = (t: FakeTicket, all: FakeTicket[], query: string): MergeChoice[] =>
  all.filter((x) => x !== t && x.type === 'problem' && x.status !== 'solved' && `${x.number} ${x.subject}`.toLowerCase().includes(query.toLowerCase()))
    .map((x) => ({ ticket: x.id, number: x.number, subject: x.subject, who: departmentName(x.department), like: '', fault: null }));
