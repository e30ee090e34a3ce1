import { asFault, type ArticleInfo, type ArticleRow, type Backend, type Claim, type DepartmentCard, type Draft, type Expectation, type Entitlement, type Fault, type Me, type Standing, type Suggestion, type TicketType, type TopicInfo, type Urgency } from '$lib/backend';
import { t } from '$lib/language';
import { Attachments } from '$lib/writing/attachments.svelte';
import { Filing } from './filing.svelte';
import { named } from './references';
import { split, told, type Story } from './story';

type Door = Pick<
  Backend,
  'saveDraft' | 'dropDraft' | 'openTicket' | 'departments' | 'expected' | 'topics' | 'form' | 'holdings' | 'entitlements' | 'pickFiles' | 'addFile' | 'pasteImage' | 'compress' | 'on' | 'suggest' | 'suggestArticles' | 'article' | 'voteArticle' | 'addInstead' | 'joinTicket'
>;
export type Holding = { kind: string; id: string; label: string; verified: boolean };

const pause = 300;

/** A request being written. It is a draft on disk from the first word on and needs no network. */
export class RequestForm {
  subject = $state('');
  story = $state<Story>({ trying: '', happened: '', expected: '' });
  department = $state('');
  urgency = $state<Urgency>('normal');
  type = $state<TicketType>('');
  claim = $state<Claim>({ down: '', since: '', impact: '', severity: '' });
  org = $state('');
  private = $state(false);
  ccs = $state<{ id: string; name: string }[]>([]);
  refs = $state<Holding[]>([]);
  /** The earlier request it follows on. */
  recurs = $state('');
  /** What it is opened under, "" for nothing, and which version of that product it is about. */
  entitlement = $state('');
  release = $state('');
  requester = $state<{ id: string; name: string } | null>(null);
  readonly files: Attachments;
  /** What it is about, and its form. */
  readonly filing: Filing;

  departments = $state.raw<DepartmentCard[]>([]);
  holdings = $state.raw<Holding[]>([]);
  entitlements = $state.raw<Entitlement[]>([]);
  /** Open requests that this may belong to. */
  suggestions = $state.raw<Suggestion[]>([]);
  /** Articles that may answer it, without those that did not help. */
  articles = $state.raw<ArticleRow[]>([]);
  /** Those that did not help; they go along, so that nobody sends them once more. */
  tried: string[] = [];
  expected = $state.raw<Expectation | null>(null);
  savedAt = $state('');
  sending = $state(false);
  fault = $state<Fault | null>(null);
  /** Set once it is queued: the ticket and the code to say on the phone. */
  done = $state<{ ticket: string; reference: string } | null>(null);

  readonly key: string;
  readonly #door: Door;
  #dirty = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** Found in the text but removed by the person; not offered again. */
  #unwanted = $state.raw(new Set<string>());

  constructor(door: Door, me: Me | null, draft: Draft | null) {
    this.#door = door;
    this.key = draft?.key ?? `new/${unique()}`;
    this.files = new Attachments(door, () => this.changed());
    this.filing = new Filing(door, draft);
    this.org = draft?.org || (me?.orgs[0]?.id ?? '');
    if (!draft) return;
    this.subject = draft.subject;
    this.story = split(draft.text);
    this.department = draft.department;
    this.urgency = draft.urgency || 'normal';
    this.type = draft.type;
    this.claim = { ...this.claim, ...draft.claim };
    this.private = draft.private;
    this.recurs = draft.recurs ?? '';
    this.tried = draft.tried ?? [];
    this.entitlement = draft.entitlement ?? '';
    this.release = draft.release ?? '';
    this.ccs = draft.ccs.map((id) => ({ id, name: id }));
    this.refs = draft.refs;
    this.files.set(draft.files);
    this.savedAt = draft.updated;
  }

  /** Reads what can be chosen from; works offline, because Go has it here. */
  async load(): Promise<void> {
    try {
      [this.departments, this.holdings, this.entitlements] = await Promise.all([this.#door.departments(), this.#door.holdings(), this.#door.entitlements(this.requester?.id ?? '')]);
      await this.filing.load();
      this.#goes();
    } catch (e) {
      this.fault = asFault(e);
    }
  }

  /** Follows what is known of departments until the returned function is called. */
  listen(): () => void {
    return this.#door.on('boot', () => void this.#door.departments().then((all) => (this.departments = all), () => undefined).then(() => this.expect()));
  }

  /** What it can be opened under: what the one who asks may use, for the organization it is for. */
  get offered(): Entitlement[] {
    return this.entitlements.filter((e) => e.mine && (e.org === '' || e.org === this.org || this.requester !== null));
  }

  /** Opens it under this one, which decides where it goes. */
  under(e: Entitlement | null): void {
    this.entitlement = e?.id ?? '';
    if (e) this.department = e.department;
    if (this.requester) this.org = e?.org ?? '';
    this.changed();
  }

  /** Who asks is somebody else, so what they may expect is, too. */
  async asks(who: { id: string; name: string }): Promise<void> {
    this.requester = who;
    this.entitlement = this.org = '';
    this.entitlements = await this.#door.entitlements(who.id).catch(() => []);
  }

  get text(): string {
    return told(this.story);
  }

  get empty(): boolean {
    return this.subject.trim() === '' && this.text === '' && this.files.files.length === 0 && this.filing.kept.answers.length === 0;
  }

  /** What is still missing before it can go, as a sentence; "" when nothing is. */
  get missing(): string {
    if (this.filing.topics.length > 0 && !this.filing.topic && !this.filing.elsewhere) return t('Choose what it is about.');
    if (!this.department) return t('Choose who it is for.');
    if (this.subject.trim() === '') return t('Say in one line what it is about.');
    if (this.text === '') return t('Say what happened, in your own words.');
    const wrong = this.filing.fields.find((f) => f.wrong);
    if (wrong) return t('“{label}”: {wrong}', { label: wrong.label, wrong: wrong.wrong });
    const open = this.filing.form.missing;
    if (open.length > 0 && this.urgency !== 'emergency' && !this.requester) return t('Still missing: {fields}.', { fields: open.join(', ') });
    if (this.filing.approval && !this.filing.wanted.approver && this.urgency !== 'emergency' && !this.requester) return t('Name who approves it.');
    return '';
  }

  /** What they chose is something to ask about. */
  get urgent(): boolean {
    return this.urgency === 'high' || this.urgency === 'emergency';
  }

  /** How many of the questions about it are open. */
  get unanswered(): number {
    return this.urgent ? Object.values(this.claim).filter((v) => v.trim() === '').length : 0;
  }

  /** What is said of the department that gets it first, or else of the one it is meant for. */
  get busy(): DepartmentCard['busy'] {
    const of = (id: string | undefined) => this.departments.find((d) => d.id === id)?.busy ?? null;
    return of(this.card?.receives) ?? of(this.department);
  }

  /** What can be expected if it is sent now; null while that is not known. */
  async expect(): Promise<void> {
    const { department, entitlement, org, requester } = this;
    const known = department ? await this.#door.expected(department, entitlement, org, requester?.id ?? '').catch(() => null) : null;
    if (department === this.department) this.expected = known;
  }

  get card(): DepartmentCard | undefined {
    return this.departments.find((d) => d.id === this.department);
  }

  get topics(): TopicInfo[] {
    return this.filing.topics;
  }

  get topic(): string {
    return this.filing.topic;
  }

  get elsewhere(): boolean {
    return this.filing.elsewhere;
  }

  get moved(): string {
    return this.filing.moved;
  }

  /** Another topic: nothing that was typed is lost. */
  choose(id: string): void {
    const before = this.filing.chosen?.type;
    void this.filing.choose(id);
    const { chosen } = this.filing;
    if (chosen?.type && (this.type === '' || this.type === before)) this.type = chosen.type;
    this.#goes();
    this.changed();
  }

  /** The topic says where it goes. */
  #goes(): void {
    if (this.filing.chosen) this.department = this.filing.chosen.department;
  }

  /** An objection to what counts against the person, to where the desk says. */
  object(standing: Standing): void {
    void this.filing.choose('other');
    this.department = standing.appeal;
    this.urgency = 'normal';
    if (!this.subject.trim()) this.subject = [t('I object'), standing.strikes.map((s) => s.number).filter(Boolean).join(', ')].filter(Boolean).join(': ');
    this.changed();
  }

  answer(field: string, value: string, words: string): void {
    void this.filing.set(field, value, words);
    this.changed();
  }

  changed(): void {
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.save();
      void this.#suggest();
    }, pause);
    this.#find();
  }

  removeRef(ref: Holding): void {
    this.#unwanted = new Set([...this.#unwanted, ref.id]);
    this.refs = this.refs.filter((r) => r.id !== ref.id || r.kind !== ref.kind);
    this.changed();
  }

  addRef(ref: Holding): void {
    if (this.refs.some((r) => r.id === ref.id && r.kind === ref.kind)) return;
    this.refs = [...this.refs, ref];
    this.changed();
  }

  /** Named in the text and not known to be theirs: shown grey, and sent as plain text. */
  get found(): Holding[] {
    const theirs = new Set([...this.holdings, ...this.refs].flatMap((h) => [h.id.toLowerCase(), h.label.toLowerCase()]));
    return named(`${this.subject}\n${this.text}`)
      .filter((name) => !theirs.has(name.toLowerCase()) && !this.#unwanted.has(name))
      .slice(0, Math.max(0, 20 - this.refs.length))
      .map((name) => ({ kind: 'text', id: name, label: name, verified: false }));
  }

  /** Links what the customer holds and names in the text. */
  #find(): void {
    const said = `${this.subject}\n${this.text}`.toLocaleLowerCase();
    const held = (h: Holding): boolean => [h.label, h.id].some((name) => name.length > 3 && said.includes(name.toLocaleLowerCase()));
    for (const h of this.holdings) {
      const known = this.#unwanted.has(h.id) || this.refs.some((r) => r.id === h.id && r.kind === h.kind);
      if (!known && held(h)) this.refs = [...this.refs, h];
    }
  }

  /** Asks this computer what is open and reads like it. That it cannot say is no reason to stop anybody. */
  async #suggest(): Promise<void> {
    const subject = this.subject;
    const short = subject.trim().length < 4;
    const found = short ? [] : await this.#door.suggest(subject, this.text).catch(() => []);
    if (subject === this.subject) this.suggestions = found.filter((s) => s.ticket !== this.recurs);
    const articles = short ? [] : await this.#door.suggestArticles(subject, this.text).catch(() => []);
    if (subject === this.subject) this.articles = articles.filter((a) => !this.tried.includes(a.id));
  }

  async readArticle(id: string): Promise<ArticleInfo | null> {
    try {
      return await this.#door.article(id);
    } catch (e) {
      this.fault = asFault(e);
      return null;
    }
  }

  /** It is what was solved before: the two name each other once it is sent. */
  follow(ticket: string): void {
    this.recurs = ticket;
    this.changed();
    void this.#suggest();
  }

  /** An article solved it: that is counted with the article, and what was written goes. */
  async solved(a: ArticleRow): Promise<boolean> {
    return this.#hand(async () => {
      await this.#door.voteArticle(a.id, true, true);
      await this.#door.dropDraft(this.key);
      this.done = { ticket: '', reference: '' };
    });
  }

  didNotHelp(a: ArticleRow): void {
    if (!this.tried.includes(a.id) && this.tried.length < 10) this.tried = [...this.tried, a.id];
    this.articles = this.articles.filter((x) => x.id !== a.id);
    this.changed();
    void this.#door.voteArticle(a.id, false, false).catch(() => undefined);
  }

  /** Sends it as a message on a request that is there; the draft goes with it. */
  async add(to: Suggestion): Promise<boolean> {
    return this.#hand(async () => {
      await this.#door.addInstead(to.ticket, this.key, this.subject.trim(), this.text, this.files.files.map((f) => f.hash));
      this.done = { ticket: to.ticket, reference: to.number };
    });
  }

  /** Says "me too" there; what was written stays a draft. */
  async join(to: Suggestion): Promise<boolean> {
    await this.save();
    try {
      await this.#door.joinTicket(to.ticket, this.claim.impact || 'one', this.claim.severity, '', false);
      return true;
    } catch (e) {
      this.fault = asFault(e);
      return false;
    }
  }

  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#queue = this.#queue.then(() => this.#write());
    return this.#queue;
  }

  async #write(): Promise<void> {
    if (!this.#dirty || this.sending || this.done) return;
    this.#dirty = false;
    try {
      if (this.empty) {
        await this.#door.dropDraft(this.key);
        this.savedAt = '';
        return;
      }
      const saved = await this.#door.saveDraft(this.#draft());
      this.savedAt = saved.updated;
      if (this.fault?.field === 'draft') this.fault = null;
    } catch (e) {
      this.#dirty = true;
      this.fault = { ...asFault(e), field: 'draft' };
    }
  }

  async send(): Promise<boolean> {
    if (this.missing) return false;
    return this.#hand(async () => {
      this.done = await this.#door.openTicket({
        draft: this.key, subject: this.subject.trim(), text: this.text, department: this.department, urgency: this.urgency,
        type: this.type, claim: this.urgent ? { ...this.claim } : { down: '', since: '', impact: '', severity: '' }, org: this.org, private: this.private, ccs: this.ccs.map((c) => c.id),
        refs: [...this.refs, ...this.found].map(({ kind, id, label }) => ({ kind, id, label })),
        files: this.files.files.map((f) => f.hash), requester: this.requester?.id ?? '', recurs: this.recurs, tried: this.tried, entitlement: this.entitlement, release: this.entitlement ? this.release : '', filed: this.filing.filed, wanted: this.filing.wants,
      });
    });
  }

  async #hand(run: () => Promise<void>): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    clearTimeout(this.#timer);
    await this.#queue;
    try {
      await run();
      this.#dirty = false;
      this.fault = null;
      return true;
    } catch (e) {
      this.fault = asFault(e);
      this.#dirty = true;
      return false;
    } finally {
      this.sending = false;
      if (this.#dirty) void this.save();
    }
  }

  #draft(): Draft {
    return {
      key: this.key, ticket: '', kind: 'new', text: this.text, subject: this.subject, department: this.department,
      urgency: this.urgency, type: this.type, claim: { ...this.claim }, org: this.org, private: this.private, ccs: this.ccs.map((c) => c.id), refs: this.refs,
      files: this.files.files, basis: 0, updated: '', beside: { asks: [], answers: [], refers: 0, corrects: false }, recurs: this.recurs, tried: this.tried, entitlement: this.entitlement, release: this.release, filed: this.filing.kept, wanted: this.filing.wanted,
    };
  }
}

/** A UUID; randomUUID is missing where the engine does not count the program's own scheme as secure. */
export function unique(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
