import type { ArticleDraft, ArticleInfo, ArticleRow, CommentInfo, HelpLevel, Knowing, SectionInfo } from '../knowledge';
import type { Fault, FileInfo, Me } from '../types';
import { FakeGathering } from './evidence';
import { file } from './world';

const section = (id: string, name: string, text: string, readers: SectionInfo['readers']): SectionInfo => ({ id, name, for: text, readers, org: '', orgName: '', follow: '' });

type Kept = ArticleInfo;

const article = (n: number, at: string, more: Partial<Kept>): Kept => ({
  id: `0198b000-0000-7000-8000-00000000000${n}`, section: 'mail', title: '', state: 'published', readers: 'public', orgName: '', published: at, reviewed: at, old: false, language: 'en',
  follow: '', mine: false, waits: false, changing: false, helped: 0, yes: 0, no: 0, solved: 0, comments: 0, views: 0, read: '', kept: '', text: '', files: [], tags: [], org: '', by: 'Jonas Reiter', changed: '', why: '', edit: 2, vote: '',
  draft: null, earlier: [], related: [], said: [], can: [], ...more,
});

const gone = (): Fault => ({ code: 'not_found', message: 'There is no such article, or you cannot see it any more.', hint: 'Look for it in Help, or ask the support desk.', field: 'article' });

const mailbox = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="360" font-family="sans-serif"><rect width="900" height="360" fill="#eef1f5"/><rect x="40" y="36" width="820" height="288" rx="10" fill="#fff"/><text x="72" y="92" font-size="24" font-weight="600" fill="#1c2430">Forwarding of kasse@papierladen-nord.example</text><text x="72" y="150" font-size="19" fill="#39424f">Send on to</text><rect x="230" y="122" width="560" height="42" rx="6" fill="#fff" stroke="#aab3c0"/><text x="246" y="150" font-size="19" fill="#1c2430">henrik@elsewhere.example</text><rect x="230" y="192" width="22" height="22" rx="4" fill="#2f6fde"/><text x="266" y="210" font-size="19" fill="#1c2430">Keep a copy here</text><rect x="230" y="246" width="120" height="44" rx="6" fill="#2f6fde"/><text x="268" y="275" font-size="19" fill="#fff">Save</text></svg>`;

/** A picture that came with an article. */
const picture = (name: string): FileInfo => ({ ...file(name, 41_000, 'image/png'), preview: `data:image/svg+xml,${encodeURIComponent(mailbox)}` });

/** A few articles in memory. It obeys: who may what is Go's to say. */
export abstract class FakeKnowing extends FakeGathering implements Knowing {
  abstract override readonly me: Me;

  sections: SectionInfo[] = [
    section('mail', 'Mail', 'Mailboxes, lists, and why something did not arrive', 'public'),
    section('servers', 'Servers and backups', 'Virtual servers, restoring, and the network', 'customers'),
    section('inside', 'For the team', 'How we do what customers do not see', 'staff'),
  ];

  articles: Kept[] = [
    article(1, '2026-09-02T09:00:00Z', {
      title: 'Forward mail to another address', views: 143, helped: 20, yes: 23, no: 2, solved: 4, tags: ['forwarding'], changed: 'What to do when it does not arrive',
      text: 'Forwarding sends what arrives in your mailbox on to another address.\n\n1. Open **Mailboxes** and choose the mailbox.\n2. Under *Forwarding*, type the address.\n3. Send yourself a message from somewhere else.\n\n![Where forwarding is set](forwarding.png)\n\n## It does not arrive\n\nSome providers refuse what is forwarded. Then they say something like\n\n    550 5.7.23 SPF validation failed\n\nHave the other mailbox fetch its mail from here instead.',
      files: [picture('forwarding.png'), file('mail-settings.pdf', 3_400_000, 'application/pdf', 'there')],
      earlier: [{ files: [], title: 'Forward mail', text: 'Forwarding sends what arrives in your mailbox on to another address.\n\n1. Open **Mailboxes** and choose the mailbox.\n2. Under *Forwarding*, type the address.', published: '2026-03-01T09:00:00Z', until: '2026-09-02T09:00:00Z', changed: '' }],
    }),
    article(2, '2026-08-11T09:00:00Z', { title: 'The mailbox is full', helped: 10, yes: 14, text: 'Whoever writes to a full mailbox gets `552 5.2.2 Mailbox full` back.\n\n- Empty the folder **Deleted**: what lies there counts.\n- A larger mailbox can be had within the hour.' }),
    article(3, '2024-05-02T09:00:00Z', { title: 'Set up mail on a telephone', old: true, text: 'Use IMAP, port 993.' }),
    article(4, '2026-07-20T09:00:00Z', { title: 'Restore a file from last night’s backup', section: 'servers', readers: 'customers', text: 'Backups are made at 02:00 and kept for 30 days.\n\n1. Sign in to the server.\n2. Run `restore list /path`.' }),
    article(5, '2026-10-01T09:00:00Z', { title: 'Restore a customer’s database', section: 'inside', readers: 'staff', text: 'Restore **beside** the running database, never over it.' }),
  ];

  #tell(): void {
    (this as unknown as { emit: (e: string, p: unknown) => void }).emit('help', {});
  }
  get #ours(): boolean {
    return this.me.role !== 'customer';
  }
  get #decides(): boolean {
    return this.me.role === 'lead' || this.me.role === 'admin';
  }
  #mine(a: Kept): boolean {
    return a.by === this.me.name;
  }
  #seen(): Kept[] {
    return this.articles.filter((a) => (this.#ours ? true : (a.state === 'published' && a.readers !== 'staff') || this.#mine(a)));
  }
  #find(id: string): Kept {
    const a = this.#seen().find((x) => x.id === id);
    if (!a) throw gone();
    return a;
  }
  #row = (a: Kept): ArticleRow => ({ ...a, mine: this.#mine(a), comments: a.said.filter((c) => !c.done).length, yes: this.#ours ? a.yes : 0, no: this.#ours ? a.no : 0, solved: this.#ours ? a.solved : 0, views: this.#ours || this.#mine(a) ? a.views : 0, changing: this.#ours && a.changing });

  help: Knowing['help'] = async () => ({
    sections: this.sections.filter((s) => this.#ours || s.readers !== 'staff'),
    articles: this.#seen().map(this.#row).sort((a, b) => Number(a.old) - Number(b.old) || a.title.localeCompare(b.title)),
    writes: this.#ours, decides: this.#decides, orgs: this.#ours ? [{ id: 'kranich', name: 'Kranich Apotheken', hint: '' }] : [],
  });
  article: Knowing['article'] = async (id) => {
    const a = this.#find(id);
    const near = this.#seen().filter((x) => x.id !== id && x.state === 'published' && x.section === a.section).slice(0, 3).map(this.#row);
    const can: ArticleInfo['can'] = this.#ours ? ['comment', 'write'] : a.state === 'published' ? ['comment', 'vote'] : a.draft && !a.draft.sent ? ['drop', 'write'] : [];
    if (this.#ours && a.draft) can.push(a.draft.sent ? (this.#decides ? 'return' : 'drop') : 'send', 'drop');
    if (this.#decides) can.push(...(a.draft ? (['publish'] as const) : []), ...(a.state === 'published' ? (['reviewed', 'retire'] as const) : []));
    return { ...a, ...this.#row(a), by: this.#ours ? a.by : '', tags: this.#ours ? a.tags : [], draft: this.#ours || this.#mine(a) ? a.draft : null, said: this.#ours ? a.said : a.said.filter((c) => c.by === this.me.id), related: near, can: [...new Set(can)] };
  };
  #like = (text: string, all: boolean): ArticleRow[] => {
    const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((w) => w.length > 3 || (all && w));
    const has = (a: Kept, w: string) => `${a.title} ${a.text}`.toLowerCase().includes(w);
    const fit = (a: Kept) => (all ? words.length > 0 && words.every((w) => has(a, w)) : words.some((w) => a.title.toLowerCase().includes(w)));
    return this.#seen().filter(fit).map(this.#row);
  };
  findArticles: Knowing['findArticles'] = async (query) => this.#like(query, true);
  suggestArticles: Knowing['suggestArticles'] = async (subject) => this.#like(subject, false).filter((a) => a.state === 'published').slice(0, 3);
  keptDrafts = new Map<string, ArticleDraft>();
  keepArticle: Knowing['keepArticle'] = async (d) => void (d.title || d.text || d.files.length > 0 ? this.keptDrafts.set(d.id, d) : this.keptDrafts.delete(d.id));
  keptArticle: Knowing['keptArticle'] = async (id) => this.keptDrafts.get(id) ?? null;
  dropKept: Knowing['dropKept'] = async (id) => void this.keptDrafts.delete(id);
  writeArticle: Knowing['writeArticle'] = async (d, send) => {
    const draft: ArticleDraft = { ...d, by: this.me.name, at: new Date().toISOString(), sent: send, reason: '' };
    const a = this.articles.find((x) => x.id === d.id);
    const done = () => this.keptDrafts.delete(d.id);
    if (!d.title.trim()) throw { code: 'invalid', message: 'The article has no title.', hint: 'Write one in the words of somebody who looks for it.', field: 'title' } satisfies Fault;
    if (a && d.edit !== a.edit) throw { code: 'conflict', message: 'The article was changed in the meantime. What you wrote is kept.', hint: 'Look at it as it is now and decide again.', field: 'article' } satisfies Fault;
    if (a) {
      Object.assign(a, { draft: { ...draft, edit: a.edit + 1 }, edit: a.edit + 1, changing: a.published !== '' }, a.published ? {} : { title: d.title, text: d.text, files: d.files, state: send ? 'review' : 'draft' });
    } else {
      const n = this.articles.length + 1;
      const made = article(n, '', { title: d.title, text: d.text, files: d.files, section: d.section, readers: d.readers || 'staff', state: send ? 'review' : 'draft', by: this.me.name, edit: 1 });
      this.articles = [...this.articles, { ...made, published: '', reviewed: '', draft: { ...draft, id: made.id, edit: 1 } }];
      done();
      this.#tell();
      return made.id;
    }
    done();
    this.#tell();
    return d.id;
  };
  moveArticle: Knowing['moveArticle'] = async (id, edit, step, reason) => {
    const a = this.#find(id);
    if (edit !== a.edit) throw { code: 'conflict', message: 'The article was changed in the meantime. What you wrote is kept.', hint: 'Look at it as it is now and decide again.', field: 'article' } satisfies Fault;
    if (step === 'return' && !reason.trim()) throw { code: 'invalid', message: 'There is no reason.', hint: 'Say what is missing; who wrote it reads that.', field: 'reason' } satisfies Fault;
    const now = new Date().toISOString();
    a.edit += 1;
    if (step === 'publish' && a.draft) {
      if (a.published) a.earlier = [{ title: a.title, text: a.text, files: a.files, published: a.published, until: now, changed: a.changed }, ...a.earlier];
      const { title, text, files, language, section: at, readers } = a.draft;
      Object.assign(a, { title, text, files, language, section: at, readers: readers || a.readers, state: 'published', published: now, reviewed: now, changed: reason, draft: null, changing: false, old: false });
    } else if (step === 'reviewed') Object.assign(a, { reviewed: now, old: false });
    else if (step === 'retire') Object.assign(a, { state: 'retired', why: reason });
    else if (step === 'send' && a.draft) a.draft = { ...a.draft, sent: true, edit: a.edit };
    else if (step === 'return' && a.draft) a.draft = { ...a.draft, sent: false, reason, edit: a.edit };
    else if (step === 'drop') {
      if (a.published) Object.assign(a, { draft: null, changing: false });
      else this.articles = this.articles.filter((x) => x !== a);
    }
    if (a.draft && !a.published) a.state = a.draft.sent ? 'review' : 'draft';
    this.#tell();
  };
  voteArticle: Knowing['voteArticle'] = async (id, helpful, solved) => {
    const a = this.#find(id);
    a.vote = helpful ? 'yes' : 'no';
    if (solved) a.solved += 1;
    this.#tell();
  };
  readArticle: Knowing['readArticle'] = async (id) => {
    const a = this.#find(id);
    a.read = a.published;
  };
  commentArticle: Knowing['commentArticle'] = async (id, text) => {
    const a = this.#find(id);
    if (!text.trim()) throw { code: 'invalid', message: 'The comment is empty.', hint: 'Write what is wrong or missing.', field: 'text' } satisfies Fault;
    const c: CommentInfo = { id: `c${a.said.length + 1}-${id}`, by: this.me.id, who: this.me.name, at: new Date().toISOString(), text, done: false, ticket: '', waits: false };
    a.said = [...a.said, c];
    this.#tell();
  };
  settleComment: Knowing['settleComment'] = async (comment, ticket) => {
    for (const a of this.articles) a.said = a.said.map((c) => (c.id === comment ? { ...c, done: true, ticket } : c));
    this.#tell();
  };
  followArticle: Knowing['followArticle'] = async (id, at, level: HelpLevel) => {
    if (at) this.sections = this.sections.map((s) => (s.id === at ? { ...s, follow: level } : s));
    else this.#find(id).follow = level;
    this.#tell();
  };
  saveSection: Knowing['saveSection'] = async (s) => {
    if (!s.name.trim()) throw { code: 'invalid', message: 'The section has no name.', hint: 'Write a short one.', field: 'name' } satisfies Fault;
    this.sections = [...this.sections.filter((x) => x.id !== s.id), s];
    this.#tell();
  };
  dropSection: Knowing['dropSection'] = async (id) => {
    this.sections = this.sections.filter((s) => s.id !== id);
    this.#tell();
  };
}
