import { coverOf, entitlements } from './entitlements';
import type { Board } from '../live';
import type { FollowLevel, MemberAccess } from '../members';
import type { Also, AnswerInfo, AskInfo, AskState, Backend, Beside, Boot, CallLog, CatchUp, Cause, Connection, Draft, Events, Expectation, Fault, FileInfo, Me, ObjectInfo, OutboxItem, PromiseDecision, RowPage, Section, Status, Verdict, Suggested } from '../types';
import type { Settings } from '../settings';
import { caughtUp } from './catch-up';
import { acked, escalated, paged, phoneBook } from './calls';
import { fixView } from './fix';
import { FakeKeeping } from './keeping';
import { announced, cards, expectation, standing } from './outlook';
import type { BusyInfo, PlaceInfo } from '..';
import { departmentName, departments, holdings, people, person } from './people';
import { choices, suggestions, together } from './matter';
import { give, kept, members } from './members';
import { meOf, usual, type Options } from './options';
import { againOf, objectsOf } from './objects';
import { alongOf, takenAlong } from './along';
import { counted, mustTell } from './misuse';
import { someItems } from './outbox';
import { asRow, bandOf, customerSection, dueBand, sectionOf, sectionsOf, sorted, titles, viewsFor } from './rows'; import { savedFor } from './saved';
import { stories } from './stories';
import { copied, ticketView, entryView } from './ticket';
import { filedAs, formFor, topics, wantedAs } from './topics';
import { change, decided, entry, file, fill, make, noClaim, note, receipt, type FakeTicket } from './world';

const fault = (code: string, message: string, hint = '', field = ''): Fault => ({ code, message, hint, field });
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export type { Options } from './options';

/** A whole desk in memory, for tests and for design work. It obeys, but decides nothing: the rules live in Go. */
export class FakeDesk extends FakeKeeping implements Backend {
  readonly options: Options;
  readonly me: Me;
  tickets: FakeTicket[] = [];
  line: Connection;
  items: OutboxItem[] = [];
  settings: Settings;
  state: Boot['state'];
  /** Names of the methods called, for tests. */
  calls: string[] = [];
  /** Sorting a list takes until sortNow. */
  sortsLate = false;
  #looks: Settings['looks'] = [];
  #subs = new Map<string, Set<(p: unknown) => void>>();
  #version = 1;
  #drafts = new Map<string, Draft>();
  #cache = new Map<string, RowPage>();
  #made = 0;

  constructor(options: Partial<Options> = {}) {
    super();
    this.options = { ...usual, ...options };
    const o = this.options;
    this.me = meOf(o.as);
    this.state = o.boot;
    this.settings = { theme: o.theme, zoom: 1, notifyContent: false, stay: false, notify: { off: [], myTurn: false, until: '', from: '', to: '' }, language: o.language, looks: [], keys: [], quietKeys: false, recent: [], tabs: [], beside: '' };
    if (!o.empty) this.tickets = [...stories(), ...fill(o.rows, 100)];
    for (const t of this.tickets) if (t.draft) t.draft = { ...t.draft, key: `ticket/${t.id}/reply`, ticket: t.id };
    if (o.outbox && !o.empty && o.as !== 'customer') this.items = someItems(this.tickets, o.state === 'offline', () => `o${++this.#made}`);
    const off = o.state === 'offline';
    this.line = {
      state: o.state, asOf: ago(off ? 26 : 0), since: off ? ago(26) : ago(200), retry: off ? ago(-1 / 3) : '', done: 0, total: 0, fault: null,
      waiting: 0, needsYou: 0, tickets: this.tickets.length, oldest: ago(60 * 24 * 730), unread: 3,
    };
    if (o.state === 'refused') this.line.fault = fault('too_old', 'This program is too old for the server.', 'Install the newer version; nothing is lost meanwhile.');
    if (o.filling >= 0) Object.assign(this.line, { state: 'syncing', total: 8214, done: Math.round(8214 * o.filling) });
    this.#count();
  }

  // ── Session ──
  boot = async (): Promise<Boot> => this.#boot();
  async signIn(server: string, name: string, password: string): Promise<Boot> {
    await this.#wait();
    if (!server.includes('.') && !server.startsWith('localhost')) throw fault('wrong_server', `No support desk answers at ${server || 'this address'}.`, 'Check the address in your invitation.', 'server');
    if (password === 'wrong') throw fault('denied', 'The name and the password do not fit together.', 'After five wrong tries the desk waits a minute.', 'password');
    if (!name) throw fault('invalid', 'Enter your name or e-mail address.', '', 'person');
    this.state = 'ready';
    return this.#boot();
  }
  acceptInvitation = (server: string, code: string, password: string): Promise<Boot> => {
    if (code.length < 6) return Promise.reject(fault('invalid', 'This code is not one of ours, or it has been used.', 'Ask for a new invitation.', 'code'));
    return this.signIn(server, 'elif', password);
  };
  unlock = (password: string): Promise<Boot> => this.signIn('veldhost.example', 'me', password);
  async signOut(force: boolean): Promise<Boot> {
    const unsent = this.items.filter((i) => i.state !== 'confirmed').length;
    if (unsent && !force) throw fault('unsent', unsent === 1 ? 'One thing you wrote is still on this computer.' : `${unsent} things you wrote are still on this computer.`, 'Signing out deletes what is not sent. It cannot be brought back.');
    this.state = 'signed_out';
    return this.#boot();
  }
  async saveSettings(s: Settings): Promise<void> {
    this.settings = s;
    if (!this.sortsLate) this.sortNow();
  }
  /** Lists take the orders that were chosen, as they do by themselves unless sortsLate. */
  sortNow(): void {
    this.#looks = this.settings.looks;
    this.#changed([]);
  }
  #boot(): Boot {
    return {
      state: this.state, profile: '', version: '1.0.0', server: this.state === 'signed_out' ? '' : 'support.veldhost.example', person: this.state === 'ready' ? this.me.name : '',
      desk: 'Veldhost', phone: '+44 20 7946 0100', me: this.state === 'ready' ? this.me : null, keyring: this.state === 'locked' ? 'password' : 'keyring',
      problem: this.state === 'problem' ? fault('disk_full', 'There is no room left on this computer’s disk.', 'Free 200 MB and start the program again. Everything you wrote is still here.') : null,
      notice: '', settings: this.settings,
    };
  }

  // ── Lists ──
  connection = async () => this.line;
  async tryNow(): Promise<void> {
    this.line = { ...this.line, retry: ago(-1 / 3) };
    this.emit('connection', this.line);
  }
  async views() {
    return [...viewsFor(this.me), ...savedFor(this.savedViews, this.me)].map((v) => {
      const page = this.#page(v.id);
      const unread = page.rows.filter((r) => r.unread).length;
      return { id: v.id, title: v.title, icon: v.icon, group: v.group, empty: v.empty, total: page.total, needs: page.needs, unread, saved: v.saved };
    });
  }
  async rows(view: string, from: number, count: number): Promise<RowPage> {
    await this.#wait();
    const page = this.#page(view);
    return { ...page, from, rows: page.rows.slice(from, from + count) };
  }
  position = async (view: string, ticket: string) => this.#page(view).rows.findIndex((r) => r.id === ticket);
  async find(text: string) {
    const words = text.toLowerCase().replace(/^#/, '').split(/\s+/).filter(Boolean);
    const hits = this.tickets.filter((t) => words.every((w) => `${t.number} ${t.subject} ${person(t.requester).name}`.toLowerCase().includes(w)));
    return hits.filter((t) => this.me.role !== 'customer' || t.requester === this.me.id).slice(0, 20).map((t) => asRow(t, this.me));
  }
  #page(view: string): RowPage {
    const known = this.#cache.get(view);
    if (known) return known;
    const rule = [...viewsFor(this.me), ...savedFor(this.savedViews, this.me)].find((v) => v.id === view)?.in ?? (() => false);
    const staff = this.me.role !== 'customer';
    const sort = this.#looks.find((look) => look.view === view)?.sort ?? (view.startsWith('org:') ? 'colleague' : this.savedViews.find((v) => v.id === view)?.info.sort || 'queue');
    const list = sorted(
      this.tickets.filter(rule).map((t) => {
        const row = asRow(t, this.me);
        return { t, row, section: staff ? sectionOf(row) : customerSection(row) };
      }),
      sort === 'queue' && !staff ? 'newest' : sort,
    );
    const names = titles[staff ? 'staff' : 'customer'];
    const sections: Section[] = sectionsOf(list, names, sort);
    const page: RowPage = { view, sort, version: this.#version, total: list.length, needs: list.filter((x) => x.section === 'needs').length, sections, from: 0, rows: list.map((x) => x.row) };
    this.#cache.set(view, page);
    return page;
  }

  // ── One ticket ──
  async ticket(id: string) {
    await this.#wait();
    const t = this.#get(id);
    const view = ticketView(t, this.me);
    return { ...view, fix: fixView(t, this.tickets, this.me.role !== 'customer'), away: this.awayOf(t), together: together(t, this.tickets, this.me, view.together.joined) };
  }
  entries = async (id: string, before: number, count: number) => this.#get(id).entries.filter((e) => e.seq < before).slice(-count).map((e) => entryView(e, this.me, this.#get(id)));
  async looking(id: string): Promise<void> {
    const t = this.tickets.find((x) => x.id === id);
    if (!t || t.read >= t.entries.length) return;
    t.read = t.entries.length;
    this.#changed([t]);
  }
  focused = async (_on: boolean) => {};
  async markUnread(id: string) {
    const t = this.#get(id);
    t.read = t.entries.length - 1;
    this.#changed([t]);
  }
  place = async (id: string): Promise<PlaceInfo> => standing(this.tickets, id, this.line);
  readonly busy: Record<string, BusyInfo> = {};
  departments = async () => cards(this.busy, this.me);
  announce = async (d: string, text: string, until: string) => announced(this.busy, d, text, until, () => this.emit('boot', this.#boot()));
  expected = async (department: string): Promise<Expectation> => expectation(department);
  topics = async () => (this.options.topics ? topics : []);
  form = async (topic: string, answers: AnswerInfo[]) => formFor(topic, answers);
  staff = async (department: string) => people.filter((p) => p.staff && (!department || p.departments.includes(department))).map((p) => ({ id: p.id, name: p.name, hint: p.title }));
  people = async (query: string) => people.filter((p) => p.name.toLowerCase().includes(query.toLowerCase())).slice(0, 8).map((p) => ({ id: p.id, name: p.name, hint: p.org }));
  holdings = async () => holdings;

  objects = async (id: string): Promise<ObjectInfo[]> => objectsOf(this.#get(id), this.tickets, this.me);
  entitlements = async (requester: string) => entitlements.filter(() => this.me.role === 'customer' || requester !== '');

  // ── Doing ──
  async openTicket(n: Parameters<Backend['openTicket']>[0]) {
    if (!n.subject.trim()) throw fault('invalid', 'A request needs one line that says what it is about.', '', 'subject');
    const t = make({ subject: n.subject, requester: n.requester || this.me.id, department: n.department || 'care', updated: 0, waiting: 0, urgency: n.urgency, type: n.type, claim: n.claim, cover: coverOf(n.entitlement, n.release), filed: filedAs(n.filed.topic, n.filed.answers), wanted: wantedAs(n.filed.topic, n.wanted), entries: [entry(this.me.id, 0, n.text, { receipt: this.#receipt() })] }, 20_000 + ++this.#made);
    if (this.#off()) Object.assign(t, { number: 'K7-QM4S', queued: true });
    else if (n.urgency === 'emergency') t.page = paged();
    this.tickets.push(t);
    this.#drafts.delete(n.draft);
    this.#send(t, 'open', `New request: ${t.subject}`, n.text);
    return { ticket: t.id, reference: t.number };
  }
  async reply(id: string, text: string, _files: string[], _basis: number, then: Status | '', beside: Beside) {
    const t = this.#get(id);
    t.draft = null;
    const asks = beside.asks.map((a): AskInfo => ({ ...a, id: `a${++this.#made}`, state: '', answer: '', by: '', at: '' }));
    const answers = beside.answers.map((a) => this.#become(t, a.ask, a.state, a.text));
    t.asks.push(...asks);
    const of = t.entries.find((e) => e.seq === beside.refers);
    const about = of ? { ref: of.seq, name: person(of.by).name, me: of.by === this.me.id, at: of.at, text: of.text, corrects: beside.corrects } : null;
    const thanks = t.status === 'solved' && /^thanks!?$/i.test(text) && this.me.role === 'customer';
    this.#append(t, entry(this.me.id, 0, text, { asks, answers, about, thanks, ...(text ? {} : { blocks: [] }), receipt: this.#receipt(), to: this.me.role === 'customer' ? '' : `to ${person(t.requester).name.split(' ')[0]}` }));
    const also = beside.also;
    if (also) Object.assign(t, { tags: [...new Set([...t.tags, ...also.addTags])].filter((tag) => !also.removeTags.includes(tag)), priority: also.priority || t.priority, owner: also.assign || t.owner });
    then ||= also?.then ?? '';
    if (then) t.status = then;
    else if (this.me.role !== 'customer') t.status = 'waiting_customer';
    else if (!thanks && (t.status === 'waiting_customer' || t.status === 'solved')) t.status = 'in_progress';
    this.#send(t, 'reply', `Reply on ${t.number}, ${person(t.requester).name}`, text);
  }
  async settleAsk(id: string, ask: string, state: AskState, text: string) {
    const t = this.#get(id);
    const a = this.#become(t, ask, state, text);
    await this.#set(id, {}, `noted on “${a.text}”: ${text || state}`);
  }
  #become(t: FakeTicket, ask: string, state: AskState, answer: string): AskInfo {
    const was = t.asks.find((a) => a.id === ask);
    if (!was) throw fault('invalid', 'This is not asked any more.');
    const now = { ...was, state, answer, by: this.me.name, at: new Date().toISOString() };
    t.asks = t.asks.map((a) => (a.id === ask ? now : a));
    return now;
  }
  async addNote(id: string, text: string) {
    const t = this.#get(id);
    t.noteDraft = null;
    this.#append(t, { ...note(this.me.id, 0, text), receipt: this.#receipt() });
    this.#send(t, 'note', `Note on ${t.number}`, text);
  }
  async closeTicket(id: string, reason: string, cause: Cause | '', early: boolean) {
    if (cause === 'not_answered' && !early) throw fault('invalid', 'The customer has had 3 hours to answer; they are promised 48 hours.', 'Wait until then, or confirm that it ends now.', 'early');
    await this.#set(id, { status: 'solved', resolution: reason, cause: cause === 'fixed' ? 'it is fixed' : '' }, 'solved this');
  }
  sameAgain = async (id: string): Promise<Draft> => againOf(this.#get(id));
  async recur(id: string, text: string) {
    const t = this.#get(id);
    t.draft = null;
    const opened = await this.openTicket({ draft: '', subject: t.subject, text, department: t.department, urgency: t.urgency, type: '', claim: { down: '', since: '', impact: '', severity: '' }, org: '', private: t.private, ccs: [], refs: [], files: [], requester: '', recurs: id, entitlement: '', release: '', filed: t.filed, wanted: { neededBy: '', expedite: false, approver: '' } });
    t.links = [{ kind: 'recurred', ticket: opened.ticket, number: opened.reference, subject: t.subject }];
    this.#get(opened.ticket).links = [{ kind: 'recurs', ticket: id, number: t.number, subject: t.subject }];
    this.#changed([t]);
    return opened;
  }
  mergeTicket = (id: string, into: string) => this.#set(id, { into }, `put this together with ${this.#get(into).number}; it goes on there`);
  unmergeTicket = (id: string) => this.#set(id, { into: '' }, 'took this and the other one apart again');
  mergeChoices = async (id: string, query: string) => choices(this.#get(id), this.tickets, query);
  async moveDraft(id: string, to: string): Promise<Draft> {
    const [from, there] = [this.#get(id), this.#get(to)];
    if (!from.draft) throw fault('not_found', 'There is no draft here to take along.', 'Write it where it should go.');
    there.draft = { ...from.draft, key: `ticket/${to}/reply`, ticket: to, text: [there.draft?.text, from.draft.text].filter(Boolean).join('\n\n'), updated: new Date().toISOString() };
    from.draft = null;
    this.#changed([from, there]);
    return there.draft;
  }
  async splitTicket(id: string, message: number, subject: string, department: string) {
    const t = this.#get(id);
    if (this.me.role === 'customer') return this.#set(id, {}, 'asked for a request of its own');
    if (!subject.trim()) throw fault('invalid', 'The subject is empty.', 'Say in a few words what it is about.', 'subject');
    const of = t.entries.find((e) => e.seq === message);
    const made = make({ subject, requester: t.requester, department: department || t.department, updated: 0, waiting: 0, entries: [entry(of?.by ?? t.requester, 0, of?.text ?? '')] }, 22_000 + ++this.#made);
    made.links = [{ kind: 'split_from', ticket: id, number: t.number, subject: t.subject }];
    this.tickets.push(made);
    return this.#set(id, { links: [...t.links, { kind: 'split_into', ticket: made.id, number: made.number, subject }] }, `made a request of its own of a message here: ${made.number}`);
  }
  joinTicket = (id: string, _impact: string, _severity: string, text: string, leave: boolean) =>
    this.#set(id, { joined: [...this.#get(id).joined.filter((p) => p !== this.me.id), ...(leave ? [] : [this.me.id])] }, leave ? 'no longer waits for this' : `has the same trouble${text ? `: ${text}` : ''}`);
  suggest = async (subject: string, _text: string) => (this.me.role === 'customer' ? suggestions(subject, this.tickets, this.me) : []);
  async addInstead(id: string, draft: string, subject: string, text: string, files: string[]) {
    await this.reply(id, `${subject}\n\n${text}`, files, 0, '', { asks: [], answers: [], refers: 0, corrects: false });
    this.#drafts.delete(draft);
  }
  reopen = (id: string) => this.#set(id, { status: 'in_progress' }, 'opened this again');
  setStatus = (id: string, to: Status, until: string) => this.#set(id, { status: to, holdUntil: until }, to === 'solved' ? 'solved this' : `set this to ${to.replaceAll('_', ' ')}`);
  async takeNext(skip: string, reason: string): Promise<string> {
    if (this.#off()) throw fault('offline', 'You are offline, so no ticket can be taken.', 'Go on with those you have.');
    if (skip && !reason) throw fault('invalid', 'There is no reason.', 'Say why you pass it over; the team reads it.');
    if (skip) await this.#set(skip, { owner: '' }, `skipped this in the queue: ${reason}`);
    const rank = { emergency: 0, high: 1, normal: 2, low: 3, '': 2 };
    const waiting = this.tickets.filter((t) => !t.owner && t.id !== skip && ['new', 'triage', 'in_progress'].includes(t.status));
    const head = waiting.sort((a, b) => rank[a.priority] - rank[b.priority] || b.waiting - a.waiting)[0];
    if (!head) throw fault('not_found', 'Nothing waits in your queues.', 'Somebody has every ticket that needs you.');
    await this.#set(head.id, { owner: this.me.id, status: 'in_progress' }, 'took this');
    return head.id;
  }
  assign = (id: string, to: string, reason: string, promises: PromiseDecision[] = []) => this.#set(id, { owner: to, snooze: null, promises: decided(this.#get(id), promises, to) }, `${to === this.me.id ? 'took this' : to ? `gave this to ${person(to).name}` : 'put this back'}${reason && `: ${reason}`}`);
  setHelpers = (id: string, add: string[], remove: string[]) => this.#set(id, { helpers: [...this.#get(id).helpers.filter((h) => !remove.includes(h)), ...add] }, add.length > 0 ? `asked ${add.map((h) => person(h).name).join(', ')} to help` : 'changed who helps');
  setTopic = (id: string, to: string) => this.#set(id, { filed: filedAs(to, this.#get(id).filed.answers) }, `moved this to “${topics.find((t) => t.id === to)?.name ?? to}”`);
  tick = (id: string, item: string, done: boolean) => {
    const { wanted } = this.#get(id);
    return this.#set(id, { wanted: { ...wanted, checks: wanted.checks.map((c) => (c.text === item ? { ...c, done, name: done ? this.me.name : '' } : c)) } }, `ticked off “${item}”`);
  };
  approve = (id: string, yes: boolean, reason: string) => {
    const { wanted } = this.#get(id);
    return this.#set(id, { wanted: { ...wanted, approval: { ...wanted.approval, state: yes ? 'approved' : 'declined', reason, at: new Date().toISOString() } } }, yes ? 'approved this' : 'did not approve this');
  };
  fillIn = (id: string, answers: AnswerInfo[]) => {
    const { topic, answers: had } = this.#get(id).filed;
    return this.#set(id, { filed: filedAs(topic, [...had.filter((a) => !answers.some((x) => x.field === a.field)), ...answers]) }, 'filled in the form');
  };
  refer = (id: string, department: string, reason: string, _tried = '', promises: PromiseDecision[] = []) => this.#set(id, { department, owner: '', promises: decided(this.#get(id), promises, '') }, `passed this to ${departmentName(department)}. ${reason}`);
  setPriority = async (id: string, to: FakeTicket['priority'], _reason: string, told: string) => {
    mustTell(this.#get(id), to, told);
    await this.#set(id, { priority: to, proposal: null }, `set the priority to ${to}`);
  };
  countMisuse = (id: string, reason: string) => this.#set(id, { misuse: counted(this.#get(id), this.me.name, reason) }, `counted this as misuse: ${reason}`);
  uncountMisuse = (id: string, reason: string) => this.#set(id, { misuse: null }, `does not count this as misuse any more: ${reason}`);
  setBan = (id: string, ban: boolean, reason: string) => this.#set(id, {}, `${ban ? 'takes nothing new' : 'takes new requests again'}: ${reason}`);
  standing = async () => this.options.standing;
  #files = { all: 4, here: 2 };
  along = async () => alongOf(this.tickets, this.me, this.#files);
  takeAlong = async (until: string, where: string) => this.#changed(takenAlong(this.tickets, this.me, until, where));
  fetchAlong = async () => alongOf(this.tickets, this.me, Object.assign(this.#files, { here: this.#files.here + 1 }));
  goOn = (id: string) => this.#set(id, { along: null }, 'went on with this');
  setCCs = (id: string, add: string[], remove: string[], whole: boolean) => this.#set(id, copied(this.#get(id), add, remove, whole), 'changed who is copied');
  rename = (id: string, subject: string) => this.#set(id, { subject }, `called this “${subject}”`);
  setType = (id: string, type: FakeTicket['type']) => this.#set(id, { type }, type === 'incident' ? 'noted that this worked before' : 'noted that this is something new or changed');
  async board(): Promise<Board> {
    if (!['lead', 'admin'].includes(this.me.role)) throw fault('denied', 'The board is for leads.', 'Your own tickets are under My open.');
    const rows = this.tickets.filter((t) => !['solved', 'closed'].includes(t.status));
    const queues = departments.filter((d) => this.me.departments.includes(d.id)).map((d) => {
      const cells = [0, 1, 2, 3].map((a) => [0, 1, 2, 3, 4].map((b) => rows.filter((t) => t.department === d.id && bandOf(t.waiting / 60, [24, 72, 168]) === a && dueBand(t) === b).length));
      const of = this.tickets.filter((t) => t.department === d.id);
      return { department: d.id, name: d.name, open: rows.filter((t) => t.department === d.id).length, cells, missed: [{ id: 'first_reply', name: 'First answer late', count: of.filter((t) => (t.due ?? 1) < 0).length }], reopened: 1, good: of.filter((t) => t.rating.score === 'good').length, bad: of.filter((t) => t.rating.score === 'bad').length, asked: of.filter((t) => t.rating.asked).length, reserve: 0, gaps: [] };
    });
    const owners = [...new Set(rows.map((t) => t.owner))];
    const people = owners.map((id) => ({ id, name: id ? person(id).name : 'Nobody', open: rows.filter((t) => t.owner === id).length, needs: rows.filter((t) => t.owner === id && t.status === 'in_progress').length, late: rows.filter((t) => t.owner === id && dueBand(t) === 0).length }));
    return { queues, people };
  }
  async boardTickets(department: string, a: number, b: number, owner: string) {
    return this.tickets
      .filter((t) => !['solved', 'closed'].includes(t.status) && (!department || t.department === department) && (a < 0 || bandOf(t.waiting / 60, [24, 72, 168]) === a) && (b < 0 || dueBand(t) === b) && (!owner || t.owner === (owner === '-' ? '' : owner)))
      .map((t) => asRow(t, this.me));
  }
  async rate(id: string, score: 'good' | 'bad', comment: string) {
    const t = this.#get(id);
    if (t.status !== 'solved') throw fault('invalid', 'This request is open again.', 'Say how it was once it is solved.', 'score');
    await this.#set(id, { rating: { ...t.rating, score, comment, at: new Date().toISOString() } }, `was ${score === 'good' ? '' : 'not '}satisfied with how this went`);
  }
  async suggestOwner(id: string): Promise<Suggested> {
    const t = this.#get(id);
    return t.owner ? { id: '', name: '', why: '' } : { id: 'anna', name: 'Anna Lindqvist', why: 'speaks German, has 2 open' };
  }
  languages = async () => [{ id: 'en', name: 'English', hint: '' }, { id: 'de', name: 'German', hint: '' }];
  setLanguage = (id: string, language: string) => this.#set(id, { language }, `noted that this is in ${language}`);
  macros = async () => [
    { id: 'dns-wait', title: 'DNS takes an hour', text: 'Hello {{requester.first}}, the record is set.' },
    { id: 'done', title: 'Done, anything else?', text: 'Hello {{requester.first}}, it is done.' },
    { id: 'owner', title: 'Who has it', text: '{{assignee.first}} has it.' },
  ];
  async fillMacro(id: string, macro: string) {
    const t = this.#get(id);
    const none: Also = { then: '', addTags: [], removeTags: [], assign: '', assignFrom: '', priority: '', priorityFrom: '' };
    const hello = `Hello ${person(t.requester).name.split(' ')[0]},\n\n`;
    if (macro === 'dns-wait') return { text: `${hello}the record is set.`, also: { ...none, then: 'waiting_customer' as const, addTags: ['dns'], priority: 'low' as const, priorityFrom: t.priority } };
    if (macro === 'owner' && !t.owner) throw fault('invalid', 'The macro “Who has it” names the owner, and this ticket has none.', 'Nothing was written. Write it yourself, or choose another one.', 'macro');
    if (macro === 'owner') return { text: `${person(t.owner).name.split(' ')[0]} has it.`, also: none };
    return { text: `${hello}it is done.`, also: { ...none, then: 'solved' as const } };
  }
  tags = async (typed: string) => [...new Set(this.tickets.flatMap((t) => t.tags))].filter((tag) => tag.includes(typed.toLowerCase())).sort();
  async setTags(id: string, add: string[], remove: string[]) {
    const named = add.map((tag) => tag.trim().toLowerCase().replaceAll(/\s+/g, '-'));
    if (named.some((tag) => !/^[\p{L}\d.-]+$/u.test(tag))) throw fault('invalid', `“${add.join()}” cannot be a tag.`, 'Use letters, digits and hyphens, at most 40 of them.', 'tags');
    await this.#set(id, { tags: [...new Set([...this.#get(id).tags.filter((tag) => !remove.includes(tag)), ...named])].sort() }, named.length > 0 ? `added the tag ${named.join(', ')}` : `removed the tag ${remove.join(', ')}`);
  }
  makePromise = (id: string, text: string, due: string) => this.#set(id, { promises: [...this.#get(id).promises, { id: `p${++this.#made}`, text, due, by: this.me.name, mine: true, state: '', missed: false }] }, `promised: ${text}`);
  settlePromise = (id: string, promise: string, state: 'kept' | 'withdrawn', reason: string) => this.#set(id, { promises: decided(this.#get(id), [{ promise, state, reason }], this.#get(id).owner) }, state === 'kept' ? 'kept a promise' : `took back a promise: ${reason}`);
  proposeWorkaround = (id: string, text: string) => this.#set(id, { workaround: { text, ref: 0, by: this.me.name, verdict: '', why: '', pending: false }, status: 'waiting_customer' }, `proposed: ${text}`);
  judgeWorkaround = (id: string, verdict: Verdict, why: string) => {
    const { workaround } = this.#get(id);
    return this.#set(id, { workaround: workaround && { ...workaround, verdict, why, pending: verdict === 'works' }, status: verdict === 'works' ? 'on_hold' : 'in_progress' }, 'said whether the workaround works');
  };
  members = (org: string) => Promise.resolve(members(this.me, org));
  setMember = (_org: string, who: string, access: MemberAccess | '') => Promise.resolve(give(this.me, who, access));
  follow = (id: string, what: string, org: string, type: string, service: string, level: FollowLevel) => Promise.resolve(this.#changed([Object.assign(this.#get(id), kept(this.#get(id), what, org, type, service, level))]));
  snooze = (id: string, until: string, answer: boolean, reason: string) => this.#set(id, { snooze: until || answer ? { until: until || ago(-20_160), answer, reason, by: this.me.name } : null }, until || answer ? `put this aside: ${reason}` : 'took this back');
  setPrivate = (id: string, on: boolean) => this.#set(id, { private: on }, on ? 'made this private' : 'shared this with the organization');
  emergencyPage = async (_server: string) => {};
  phones = async (locale: string) => phoneBook(locale, this.line.asOf);
  escalate = async (id: string, reason: string, by: string) => {
    const t = this.#get(id);
    await this.#set(id, { escalation: escalated(t, 'You', reason, by, this.#off()) }, `escalated this: ${reason}`);
  };
  acknowledge = async (id: string) => {
    const { page, escalation: e } = this.#get(id);
    await this.#set(id, { page: page && acked(page, this.me.name), escalation: e && { ...e, told: acked(e.told, this.me.name) } }, 'acknowledged it');
  };
  deescalate = async (id: string, outcome: string) => {
    const e = this.#get(id).escalation;
    if (e) await this.#set(id, { escalation: { ...e, open: false, ended: new Date().toISOString(), outcome } }, `ended the escalation: ${outcome}`);
  };
  async logCall(id: string, c: CallLog) {
    const t = this.#get(id);
    const name = c.with ? person(c.with).name : c.name;
    const ends = { spoke: c.minutes > 0 ? `, ${c.minutes} minutes` : '', voicemail: ' and left a voicemail', no_answer: ', nobody answered' };
    const line = c.direction === 'out' ? `You called ${name}${ends[c.outcome]}` : `You took a call from ${name}`;
    const message = c.direction === 'out' && c.outcome !== 'spoke' ? c.text : '';
    this.#append(t, entry(this.me.id, 0, message ? '' : c.text, { kind: 'call', line, receipt: this.#receipt(), ...(message || !c.text ? { blocks: [] } : {}) }));
    if (message) this.#append(t, entry(this.me.id, 0, message, { receipt: this.#receipt(), to: `to ${name.split(' ')[0]}` }));
    const why = c.noMessage ? `No message went with the voicemail: ${c.noMessage}` : '';
    if (c.note || why) this.#append(t, { ...note(this.me.id, 0, c.note), ...(c.note ? {} : { blocks: [] }), line: why, receipt: this.#receipt() });
    if (message) t.status = 'waiting_customer';
    this.#send(t, 'call', `Call on ${t.number}, ${name}`, [c.text, c.noMessage, c.note].filter(Boolean).join('\n\n'));
  }
  async recordChat(id: string, with_: string, name: string, _started: string, transcript: string) {
    const t = this.#get(id);
    this.#append(t, entry(this.me.id, 0, transcript, { kind: 'chat', line: `You kept a chat with ${with_ ? person(with_).name : name}`, receipt: this.#receipt() }));
    this.#send(t, 'chat', `Chat on ${t.number}`, transcript);
  }
  /** The departments in which somebody takes chats. */
  there: string[] = [];
  #taking = false;
  chats = async () => ({ departments: this.line.state === 'offline' ? [] : this.there, taking: this.#taking, problem: '' });
  takeChats = async (takes: boolean) => void (this.#taking = takes);
  async say(id: string, _chat: string, text: string) {
    const t = this.#get(id);
    t.live ??= { id: `k${++this.#made}`, started: new Date().toISOString(), ends: ago(-3), by: '', byName: '', mine: false, lines: [], say: true, join: false, end: true };
    this.#line(t, text, false);
    return t.live.id;
  }
  #line(t: FakeTicket, text: string, joined: boolean) {
    if (!t.live) return;
    const line = { id: `l${++this.#made}`, name: this.me.name, staff: this.me.role !== 'customer', me: true, at: new Date().toISOString(), text, files: [], joined, waiting: this.line.state === 'offline' };
    t.live = { ...t.live, lines: [...t.live.lines, line] };
    this.#changed([t]);
  }
  async joinChat(id: string) {
    const t = this.#get(id);
    if (!t.live) throw fault('invalid', 'This chat is over.', 'What was said is in the conversation; answer there.', 'chat');
    t.live = { ...t.live, by: this.me.id, byName: this.me.name };
    this.#line(t, '', true);
  }
  async endChat(id: string) {
    const t = this.#get(id);
    if (!t.live) return;
    const said = t.live.lines.map((l) => `${l.at.slice(11, 16)} ${l.name}${l.joined ? ' has joined' : `: ${l.text}`}`).join('\n');
    t.live = null;
    this.#append(t, entry(this.me.id, 0, said, { kind: 'chat', line: `Chat with ${person(t.requester).name}`, receipt: this.#receipt() }));
    this.#changed([t]);
  }
  async postNotice(id: string, text: string) {
    const t = this.#get(id);
    this.#append(t, entry(this.me.id, 0, text, { kind: 'notice', receipt: this.#receipt() }));
    this.#send(t, 'notice', `Notice on ${t.number}`, text);
  }

  // ── Drafts and files ──
  async saveDraft(d: Draft): Promise<Draft> {
    const kept = { ...d, key: d.key || `new/${++this.#made}`, updated: new Date().toISOString() };
    const t = this.tickets.find((x) => x.id === d.ticket);
    if (t && d.kind === 'reply') t.draft = kept;
    else if (t && d.kind === 'note') t.noteDraft = kept;
    else this.#drafts.set(kept.key, kept);
    if (t) this.#changed([t]);
    return kept;
  }
  drafts = async () => [...this.#drafts.values(), ...this.tickets.flatMap((t) => [t.draft, t.noteDraft].filter((d) => d !== null))];
  async dropDraft(key: string) {
    this.#drafts.delete(key);
    for (const t of this.tickets) {
      if (t.draft?.key === key) t.draft = null;
      if (t.noteDraft?.key === key) t.noteDraft = null;
    }
  }
  pickFiles = async () => ({ files: [file('headers.txt', 3_200, 'text/plain')], faults: [] as Fault[], large: [] });
  addFile = async (name: string, base64: string): Promise<FileInfo> => file(name, Math.round(base64.length * 0.75), 'image/png');
  pasteImage = async (): Promise<FileInfo | null> => null;
  fetchFile = async (id: string, hash: string) => this.#get(id).entries.flatMap((e) => e.files).find((f) => f.hash === hash) ?? file('?', 0, '');
  saveFile = async () => {};
  openLink = async () => {};

  // ── Outbox ──
  outbox = async () => this.items;
  async retryItem(id: string) {
    this.items = this.items.map((i) => (i.id === id ? { ...i, state: 'queued', fault: null } : i));
    this.#count();
    this.#settle();
  }
  async editItem(id: string): Promise<Draft> {
    const item = this.items.find((i) => i.id === id);
    if (!item) throw fault('not_found', 'This has just been sent.');
    this.items = this.items.filter((i) => i.id !== id);
    this.#count();
    const kind = item.kind === 'note' ? 'note' : item.kind === 'open' ? 'new' : 'reply';
    const draft: Draft = { key: `ticket/${item.ticket}/${kind}`, ticket: item.ticket, kind, text: item.text, subject: '', department: '', urgency: '', type: '', claim: noClaim, org: '', private: false, ccs: [], refs: [], files: item.files, basis: 0, beside: { asks: [], answers: [], refers: 0, corrects: false }, updated: new Date().toISOString() };
    return this.saveDraft(draft);
  }
  async discardItem(id: string) {
    this.items = this.items.filter((i) => i.id !== id);
    this.#count();
  }
  async held(id: string) {
    const item = this.items.find((i) => i.id === id) ?? (this.items[0] as OutboxItem);
    const t = this.#get(item.ticket);
    const theirs = entry('anna', 3, `Hello ${person(t.requester).name.split(' ')[0]}, please wait with it until half past.\n\nThe other side keeps the old record for a while. I asked them to refresh it and will confirm here as soon as one message went through.\n\nAnna`, { to: `to ${person(t.requester).name.split(' ')[0]}` });
    return { id, ticket: t.id, subject: t.subject, number: t.number, theirs: [entryView(theirs, this.me, t)], mine: entryView(entry(this.me.id, 8, item.text), this.me, t), canNote: this.me.role !== 'customer' && item.kind === 'reply', canEdit: item.kind !== 'call' && item.kind !== 'notice' };
  }
  sendAnyway = (id: string) => this.retryItem(id);
  async makeNote(id: string) {
    const item = this.items.find((i) => i.id === id);
    if (item) await this.addNote(item.ticket, item.text);
    await this.discardItem(id);
  }

  catchUp = async (): Promise<CatchUp | null> => (this.options.catchup ? caughtUp(this.tickets, this.me) : null);
  async catchUpSeen() {
    this.options.catchup = false;
  }

  on<E extends keyof Events>(event: E, fn: (payload: Events[E]) => void): () => void {
    const set = this.#subs.get(event) ?? new Set();
    this.#subs.set(event, set);
    set.add(fn as (p: unknown) => void);
    return () => set.delete(fn as (p: unknown) => void);
  }

  // ── What happens by itself ──
  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const fn of this.#subs.get(event) ?? []) fn(payload);
  }
  /** Cuts or mends the line. */
  setLine(part: Partial<Connection>): void {
    this.line = { ...this.line, ...part };
    this.emit('connection', this.line);
    if (part.state === 'live') this.#settle();
  }
  /** New tickets come in, at the top of the queue when they are high. */
  arrive(count = 1, part: Partial<FakeTicket> = {}): FakeTicket[] {
    const fresh = Array.from({ length: count }, () => {
      const n = ++this.#made;
      return make({ subject: `Something new came in, number ${n}`, requester: 'noor', department: 'mail', priority: 'high', updated: 0, waiting: 0, due: 50, read: 0, ...part }, 21_000 + n);
    });
    this.tickets.push(...fresh);
    this.#changed(fresh);
    return fresh;
  }
  /** The requester writes on a ticket. */
  answer(id: string, text: string, by = this.#get(id).requester): void {
    const t = this.#get(id);
    this.#append(t, entry(by, 0, text));
    if (t.status !== 'in_progress') t.status = 'in_progress';
    this.#changed([t]);
  }

  #get(id: string): FakeTicket {
    const t = this.tickets.find((x) => x.id === id);
    if (!t) throw fault('not_found', 'There is no such ticket here.', 'It may have been moved to where you cannot see it.');
    return t;
  }
  #off = () => this.line.state === 'offline';
  #receipt = () => receipt(this.#off() ? 'queued' : 'confirmed', new Date().toISOString());
  put = (id: string, part: Partial<FakeTicket>, words: string): Promise<void> => this.#set(id, part, words);
  async #set(id: string, part: Partial<FakeTicket>, words: string): Promise<void> {
    const t = this.#get(id);
    Object.assign(t, part);
    this.#append(t, change(this.me.id, 0, 'status', `${this.me.name} ${words}`));
    this.#send(t, 'status', `${t.number}: ${words}`, '');
  }
  #append(t: FakeTicket, e: FakeTicket['entries'][number]): void {
    e.seq = t.entries.length + 1;
    t.entries.push(e);
    t.updated = 0;
    if (e.by === this.me.id) t.read = t.entries.length;
  }
  #send(t: FakeTicket, kind: string, title: string, text: string): void {
    const off = this.#off();
    if (off) t.queued = true;
    this.items.push({ id: `o${++this.#made}`, ticket: t.id, title, text, kind, state: off ? 'queued' : 'confirmed', at: new Date().toISOString(), settledAt: off ? '' : new Date().toISOString(), fault: null, waits: '', actions: off ? ['edit', 'discard'] : [], files: [] });
    this.#changed([t]);
    this.#count();
  }
  #settle(): void {
    const now = new Date().toISOString();
    this.items = this.items.map((i) => (i.state === 'queued' ? { ...i, state: 'confirmed', settledAt: now, actions: [] } : i));
    for (const t of this.tickets.filter((x) => x.queued)) {
      t.queued = false;
      for (const e of t.entries) if (e.receipt?.state === 'queued') e.receipt = receipt('confirmed', now);
      this.#changed([t]);
    }
    this.#count();
  }
  #count(): void {
    const waiting = this.items.filter((i) => i.state === 'queued' || i.state === 'sent').length;
    const needsYou = this.items.filter((i) => ['held', 'conflict', 'refused'].includes(i.state)).length;
    this.line = { ...this.line, waiting, needsYou };
    this.emit('outbox', { waiting, needsYou });
    this.emit('connection', this.line);
  }
  #changed(tickets: FakeTicket[]): void {
    this.#version++;
    this.#cache.clear();
    for (const t of tickets) this.emit('ticket', { id: t.id });
    void this.views().then((views) => this.emit('rows', { views, tickets: tickets.map((t) => t.id) }));
  }
  #wait = () => (this.options.slow > 0 ? new Promise((done) => setTimeout(done, this.options.slow)) : Promise.resolve());
}
