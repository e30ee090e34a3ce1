import type { Me } from '../types';
import type { FoundArticle, FoundDraft, Piece, Resembles, Searching, SearchResult } from '../searching';
import { person } from './people';
import { resembling } from './matter';
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
export abstract class FakeSearching extends FakeViewing implements Searching, Resembles {
  abstract override readonly me: Me;
  abstract override readonly tickets: FakeTicket[];
  /** How many tickets are not read for the search yet. */
  unread = 0;
  /** Of how many tickets text files are still to come. */
  files = 0;

  /** Tickets that the server alone has so far. */
  elsewhere: FakeTicket[] = [];

  searching: () => Promise<void> = async () => {};

  search: Searching['search'] = async (query, from) => {
    await this.searching();
    const parts = [...query.matchAll(/-?(?:(\w+):)?("[^"]*"?|\S+)/g)].map((m) => ({ text: m[0], op: ops.includes(m[1]?.toLowerCase() ?? '') }));
    const words = parts.filter((p) => !p.op).map((p) => p.text.toLowerCase().replace(/["#]/g, ''));
    const is = parts.find((p) => p.text.startsWith('is:'))?.text.slice(3);
    const ticketsOnly = parts.some((p) => p.op) && is !== 'article' && is !== 'draft';
    const has = (text: string) => words.every((w) => text.toLowerCase().includes(w)) && words.length + (is ? 1 : 0) > 0;
    const articles: FoundArticle[] = is === 'draft' || ticketsOnly ? [] : this.articles
      .filter((a) => (this.me.role !== 'customer' || a.readers !== 'staff') && has(`${a.title}\n${a.text}`))
      .map((a) => ({ id: a.id, title: marked(a.title, words), snippet: marked(a.text.slice(0, 200).replace(/[*`#]+/g, '').replaceAll('\n', ' '), words), section: this.sections.find((s) => s.id === a.section)?.name ?? '', state: a.state, old: a.old }));
    const drafts: FoundDraft[] = is === 'article' || ticketsOnly ? [] : (await this.drafts())
      .filter((d) => has(`${d.subject}\n${d.text}`))
      .map((d) => {
        const t = this.tickets.find((x) => x.id === d.ticket);
        return { key: d.key, kind: d.kind, ticket: d.ticket, article: '', number: t?.number ?? '', title: marked(t?.subject ?? d.subject, words), snippet: marked(d.text.slice(0, 200), words), updated: d.updated };
      });
    const results: SearchResult[] = [];
    for (const t of this.tickets.filter((x) => this.me.role !== 'customer' || x.requester === this.me.id)) {
      const head = `${t.number.slice(1)} ${t.subject} ${person(t.requester).name}`.toLowerCase();
      const said = t.entries.filter((e) => !e.internal || this.me.role !== 'customer');
      const whole = [head, ...said.map((e) => e.text.toLowerCase())].join('\n');
      if (words.length + (is ? 1 : 0) === 0 || !words.every((w) => whole.includes(w))) continue;
      if (is === 'article' || is === 'draft') continue;
      if (is && (t.status === 'solved' || t.status === 'closed') !== (is === 'solved' || is === 'done')) continue;
      const e = [...said].reverse().find((x) => words.some((w) => x.text.toLowerCase().includes(w)));
      results.push({
        row: asRow(t, this.me), seq: e?.seq ?? 0, by: e ? person(e.by).name : '', at: e?.at ?? '',
        subject: marked(t.subject, words), snippet: e ? marked(e.text.slice(0, 200), words) : [], file: '', waits: false,
      });
    }
    return {
      results: results.slice(from, from + 30), near: false, more: results.length > from + 30, stopped: false,
      coverage: { tickets: this.tickets.length, waiting: this.unread, unread: this.files, oldest: new Date(Date.now() - 300 * 86_400_000).toISOString(), loading: this.elsewhere.length, open: false },
      articles: from ? [] : articles.slice(0, is ? 50 : 3), articleCount: from ? 0 : articles.length, drafts: from ? [] : drafts.slice(0, is ? 50 : 3), draftCount: from ? 0 : drafts.length,
    };
  };

  resembles: Resembles['resembles'] = async (ticket) => resembling(this.tickets.find((t) => t.id === ticket), this.tickets, this.me);

  countSearch: Searching['countSearch'] = async (query) => {
    let n = 0;
    for (let more = true; more && n < 300; ) {
      const page = await this.search(query, n);
      n += page.results.length;
      more = page.more;
    }
    return { tickets: Math.min(n, 300), more: n > 300 };
  };

  searchServer: Searching['searchServer'] = async (query) => {
    const words = query.toLowerCase().split(/\s+/);
    const results = this.elsewhere
      .filter((t) => words.every((w) => t.subject.toLowerCase().includes(w)))
      .map((t) => ({ row: asRow(t, this.me), seq: 0, by: '', at: '', subject: marked(t.subject, words), snippet: [], file: '', waits: false }));
    return { results, looked: this.elsewhere.length + this.tickets.length, back: new Date(Date.now() - 500 * 86_400_000).toISOString(), next: '' };
  };

  bringTicket: Searching['bringTicket'] = async (ticket) => {
    this.tickets.push(...this.elsewhere.filter((t) => t.id === ticket));
    this.elsewhere = this.elsewhere.filter((t) => t.id !== ticket);
  };
}
