import type { CallLog, Noting, WaitingCall } from '../types';
import type { FollowedInfo } from '../members';
import { allFollowed, cleared } from './following';
import type { FakeTicket } from './world';

/** Calls under codes of tickets that have not arrived. */
export abstract class FakeNoting implements Noting {
  abstract tickets: FakeTicket[];
  abstract logCall(ticket: string, call: CallLog, basis: number): Promise<void>;
  noted: WaitingCall[] = [];

  followed = async (): Promise<FollowedInfo[]> => allFollowed(this.tickets);
  clearFollows = async (keys: string[]): Promise<void> => cleared(this.tickets, keys);
  noteCall: Noting['noteCall'] = async (id, code, call) => {
    const said = code.trim().toUpperCase();
    if (!/^[2-9A-HJKMNP-Z]{2}-?[2-9A-HJKMNP-Z]{3}$/.test(said)) throw { code: 'invalid', message: 'A code has five letters and digits.', hint: 'Ask for it once more, letter by letter; it looks like K7-QM4.', field: 'code' };
    const there = this.tickets.find((t) => t.number.replace('-', '') === said.replace('-', ''));
    if (there) await this.logCall(there.id, call, 0);
    else this.noted = [{ id, code: said, line: `You took a call from ${call.name}`, text: call.text, note: call.note, at: call.started, long: false }, ...this.noted];
    return there?.id ?? '';
  };
  waitingCalls = async (): Promise<WaitingCall[]> => this.noted;
  putCall: Noting['putCall'] = async (id, ticket) => {
    const c = this.noted.find((x) => x.id === id);
    if (c && ticket) await this.logCall(ticket, { with: '', name: c.line.slice(21), number: '', direction: 'in', outcome: 'spoke', started: c.at, minutes: 0, text: c.text, noMessage: '', note: c.note }, 0);
    this.noted = this.noted.filter((x) => x.id !== id);
  };
}
