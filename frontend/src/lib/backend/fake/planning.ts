import type { AwayInfo, MergeChoice, NewTicket, Planning } from '../types';
import { awayList, awayWords } from './away';
import { FakeNoting } from './noted';
import { fixed, newProblem, problems } from './fix';
import { person } from './people';
import type { FakeTicket } from './world';

/** What is planned at the fake desk. */
export abstract class FakePlanning extends FakeNoting implements Planning {
  readonly gone = new Map<string, { from: string; until: string; substitute: string }>();
  abstract openTicket(t: NewTicket): Promise<{ ticket: string; reference: string }>;
  /** Changes a ticket, and says so in its conversation. */
  abstract put(id: string, part: Partial<FakeTicket>, words: string): Promise<void>;

  #of(id: string): FakeTicket {
    const t = this.tickets.find((x) => x.id === id);
    if (!t) throw new Error(`no ticket ${id}`);
    return t;
  }

  awayOf = (t: FakeTicket): string => (this.me.role === 'customer' ? '' : awayWords(this.gone, t.owner));
  away = async (): Promise<AwayInfo[]> => awayList(this.gone, this.me);
  setAway: Planning['setAway'] = async (who, from, until, substitute) => {
    if (until) this.gone.set(who, { from: from || new Date().toISOString(), until, substitute });
    else this.gone.delete(who);
  };
  setFix: Planning['setFix'] = (id, state, due, text) => this.put(id, ...fixed(this.#of(id), state, due, text));
  waitForFix: Planning['waitForFix'] = (id, problem, text) => this.put(id, { fix: { state: 'planned', due: '', problem }, status: 'on_hold' }, `told that a fix is being worked on: ${text}`);
  openProblem: Planning['openProblem'] = (id, subject, text) => newProblem(this, this.#of(id), subject, text);
  problemChoices = async (id: string, query: string): Promise<MergeChoice[]> => problems(this.#of(id), this.tickets, query);
  planWork: Planning['planWork'] = (id, risk, from, until, approver) => {
    const t = this.#of(id);
    const approval = { name: person(approver || t.requester).name, state: '' as const, reason: '', at: '', mine: true };
    return this.put(id, from ? { work: { risk, from, until, by: 'Jonas Reiter', approver: approver || t.requester, past: false }, wanted: { ...t.wanted, approval }, status: 'waiting_customer' } : { work: null }, from ? `planned this: ${risk}` : `took back what was planned: ${risk}`);
  };
}
