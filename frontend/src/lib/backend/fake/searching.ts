import type { Me } from '../types';
import type { Piece, Searching, SearchResult } from '../searching';
import { person } from './people';
import { asRow } from './rows';
import { FakeViewing } from './viewing';
import type { FakeTicket } from './world';

const ops = ['is', 'from', 'to', 'org', 'dept', 'assignee', 'tag', 'priority', 'before', 'after', 'has', 'file'];

/** Marks where words begin in a text. */
function marked(text: string, words: string[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of text.split(/(?<![\p{L}\p{N}])(?=[\p{L}\p{N}])/u)) {
    const word = words.find((w) => piece.toLowerCase().startsWith(w));
    const n = word ? (piece.match(/^[\p{L}\p{N}]+/u)?.[0].length ?? 0) : 0;
    if (n) out.push({ text: piece.slice(0, n), mark: true });
    if (piece.length > n) out.push({ text: piece.slice(n), mark: false });
  }
  return out;
}

/** A search over the fake desk by words and a few operators; the real one is Go's. */
export abstract class FakeSearching extends FakeViewing implements Searching {
  abstract override readonly me: Me;
  abstract override readonly tickets: FakeTicket[];
  /** How many tickets are not read for the search yet. */
  unread = 0;

  /** Tickets that the server alone has so far. */
  elsewhere: FakeTicket[] = [];

  searching: () => Promise<void> = async () => {};

  search: Searching['search'] = async (query, from) => {
    await this.searching();
    const parts = [...query.matchAll(/-?(?:(\w+):)?("[^"]*"?|\S+)/g)].map((m) => ({ text: m[0], op: ops.includes(m[1]?.toLowerCase() ?? '') }));
    const words = parts.filter((p) => !p.op).map((p) => p.text.toLowerCase().replace(/["#]/g, ''));
    const results: SearchResult[] = [];
    for (const t of this.tickets.filter((x) => this.me.role !== 'customer' || x.requester === this.me.id)) {
      const head = `${t.number.slice(1)} ${t.subject} ${person(t.requester).name}`.toLowerCase();
      const said = t.entries.filter((e) => !e.internal || this.me.role !== 'customer');
      const whole = [head, ...said.map((e) => e.text.toLowerCase())].join('\n');
      const is = parts.find((p) => p.text.startsWith('is:'))?.text.slice(3);
      if (words.length + (is ? 1 : 0) === 0 || !words.every((w) => whole.includes(w))) continue;
      if (is && (t.status === 'solved' || t.status === 'closed') !== (is === 'solved' || is === 'done')) continue;
      const e = [...said].reverse().find((x) => words.some((w) => x.text.toLowerCase().includes(w)));
      results.push({
        row: asRow(t, this.me), seq: e?.seq ?? 0, by: e ? person(e.by).name : '', at: e?.at ?? '',
        subject: marked(t.subject, words), snippet: e ? marked(e.text.slice(0, 200), words) : [], waits: false,
      });
    }
    return {
      results: results.slice(from, from + 30), near: false, more: results.length > from + 30, stopped: false,
      coverage: { tickets: this.tickets.length, waiting: this.unread, oldest: new Date(Date.now() - 300 * 86_400_000).toISOString(), loading: this.elsewhere.length, total: this.elsewhere.length + this.tickets.length },
    };
  };

  searchServer: Searching['searchServer'] = async (query) => {
    const words = query.toLowerCase().split(/\s+/);
    const results = this.elsewhere
      .filter((t) => words.every((w) => t.subject.toLowerCase().includes(w)))
      .map((t) => ({ row: asRow(t, this.me), seq: 0, by: '', at: '', subject: marked(t.subject, words), snippet: [], waits: false }));
    return { results, looked: this.elsewhere.length + this.tickets.length, back: new Date(Date.now() - 500 * 86_400_000).toISOString(), next: '' };
  };

  bringTicket: Searching['bringTicket'] = async (ticket) => {
    this.tickets.push(...this.elsewhere.filter((t) => t.id === ticket));
    this.elsewhere = this.elsewhere.filter((t) => t.id !== ticket);
  };
}
