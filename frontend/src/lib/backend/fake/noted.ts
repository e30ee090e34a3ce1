import type { CallLog, Noting, WaitingCall } from '../types';
import type { FollowedInfo } from '../members';
import { allFollowed, cleared } from './following';
import { FakeSaving } from './saved';
import type { FakeTicket } from './world';

const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZU';
const bare = (code: string): string => code.toUpperCase().replace(/[-\s#]/g, '');
/** The last character of a code, as the program counts it. */
const check = (s: string): string | undefined => letters[(5 * [...s.slice(0, 5)].reduce((sum, c, i) => sum + (i + 1) * letters.indexOf(c), 0)) % 31];

/** Calls under codes of tickets that have not arrived. */
export abstract class FakeNoting extends FakeSaving implements Noting {
  abstract tickets: FakeTicket[];
  abstract logCall(ticket: string, call: CallLog, basis: number): Promise<void>;
  noted: WaitingCall[] = [];
  abstract line: { state: string };

  followed = async (): Promise<FollowedInfo[]> => allFollowed(this.tickets);
  clearFollows = async (keys: string[]): Promise<void> => cleared(this.tickets, keys);
  noteCall: Noting['noteCall'] = async (id, code, call) => {
    const { fault } = await this.checkCode(code);
    if (fault) throw fault;
    const said = code.trim().toUpperCase();
    const there = this.tickets.find((t) => bare(t.number).slice(0, 5) === bare(said).slice(0, 5));
    if (there) await this.logCall(there.id, call, 0);
    else this.noted = [{ id, code: said, line: `You took a call from ${call.name}`, text: call.text, note: call.note, at: call.started, long: false, here: this.line.state === 'offline', fault: null }, ...this.noted];
    return there?.id ?? '';
  };
  checkCode: Noting['checkCode'] = async (code) => {
    const s = bare(code);
    const wrong = (message: string) => ({ old: false, short: false, fault: { code: 'invalid', message, hint: 'Ask for it once more, letter by letter; it looks like K7-QM4S.', field: 'code' } });
    const none = [...s].find((c) => !letters.includes(c));
    if (none) return wrong(`“${none}” is in no code. A code has no 0, 1, I, L and O.`);
    if (s.length > 6) return wrong('A code has six letters and digits.');
    if (s.length === 6 && s[5] !== check(s)) return wrong('This code does not fit together: a letter was misheard, or two were swapped.');
    return { old: s.length === 5, short: s.length < 5, fault: null };
  };
  waitingCalls = async (): Promise<WaitingCall[]> => this.noted;
  putCall: Noting['putCall'] = async (id, ticket) => {
    const c = this.noted.find((x) => x.id === id);
    if (c && ticket) await this.logCall(ticket, { with: '', name: c.line.slice(21), number: '', direction: 'in', outcome: 'spoke', started: c.at, minutes: 0, text: c.text, noMessage: '', note: c.note }, 0);
    this.noted = this.noted.filter((x) => x.id !== id);
  };
}
