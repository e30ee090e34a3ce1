import { tick } from 'svelte';
import { asFault, type Fault, type FileInfo, type Priority, type TicketView, type Verdict } from '$lib/backend';
import { t } from '$lib/language';
import type { Desk } from '$lib/state/desk.svelte';
import type { Compose } from '../features/compose/compose.svelte';
import type { Asking, HeadActs, LetterActs, MatterActs } from '../features/ticket/acts';
import { inOrder } from '../features/ticket/matter';
import { shown } from '../features/ticket/viewer';
import { less } from '../features/ticket/urgency';
import type { Reading } from '../features/ticket/ticket.svelte';

/** What the parts of the pane can be told; each is there only while it is drawn. */
export type Parts = {
  writer: () => { focus: () => void; quote: (who: string, text: string) => void; ask: (step: boolean) => void; macro: () => void } | undefined;
  jump: (ref: number) => void;
  /** The words chosen in one of the letters. */
  chosen: () => { ref: number; text: string } | null;
};

/** Acting on the ticket that stands open: what is asked about it, what became of it, and what went wrong. */
export class Acting {
  #asking = $state<Asking | ''>('');
  #picture = $state('');
  #settling = $state('');
  #promise = $state('');
  #letter = $state(0);
  #goal = $state('');
  #judged = $state<Verdict>('');
  #wanted = $state<Priority>('');
  #fault = $state.raw<Fault | null>(null);
  #calling = $state.raw<{ ticket: string; number: string; at: Date } | null>(null);
  readonly #desk: Desk;
  readonly #compose: Compose;
  readonly #reading: Reading;
  readonly #parts: Parts;

  constructor(desk: Desk, compose: Compose, reading: Reading, parts: Parts) {
    this.#desk = desk;
    this.#compose = compose;
    this.#reading = reading;
    this.#parts = parts;
  }

  get asking(): Asking | '' {
    return this.#asking;
  }
  /** The file that is looked at. */
  get file(): FileInfo | undefined {
    return this.#reading.entries.flatMap((e) => e.files).find((f) => f.hash === this.#picture);
  }
  /** All files that can be looked at, each once. */
  get files(): FileInfo[] {
    return [...new Map(this.#reading.entries.flatMap((e) => e.files).filter(shown).map((f) => [f.hash, f])).values()];
  }
  /** The question to be settled, "" for the first open one. */
  get settling(): string {
    return this.#settling;
  }
  /** The promise that is decided on, "" for the first open one. */
  get promise(): string {
    return this.#promise;
  }
  /** The letter that becomes a ticket of its own. */
  get letter(): number {
    return this.#letter;
  }
  /** The department it is to be passed to, "" where that is asked. */
  get goal(): string {
    return this.#goal;
  }
  get judged(): Verdict {
    return this.#judged;
  }
  /** The priority that is asked about. */
  get wanted(): Priority {
    return this.#wanted;
  }
  /** The call that was begun from here about this ticket and is not logged yet. */
  get calling(): { number: string; at: Date } | null {
    return this.#calling?.ticket === this.#id ? this.#calling : null;
  }
  get fault(): Fault | null {
    return this.#fault;
  }
  /** The outbox item that can be taken back still, or "". */
  get recallable(): string {
    return this.#reading.entries.findLast((e) => e.outbox && e.receipt?.state === 'queued' && Date.parse(e.receipt.until) > Date.now())?.outbox ?? '';
  }
  get #backend(): Desk['backend'] {
    return this.#desk.backend;
  }
  get #view(): TicketView | null {
    return this.#reading.view;
  }
  get #id(): string {
    return this.#view?.row.id ?? '';
  }

  readonly head: HeadActs = {
    ask: (what) => this.ask(what),
    status: (to) => void this.tried(() => this.#backend.setStatus(this.#id, to, '', '')),
    priority: (to) => this.#prioritize(to),
    agree: () => this.#prioritize(this.#view?.proposal?.priority ?? ''),
    unread: () => void this.tried(() => this.#backend.markUnread(this.#id)),
    judge: (verdict) => this.#judge(verdict),
    wake: () => void this.tried(() => this.#backend.snooze(this.#id, '', false, '')),
    promised: (which) => {
      this.#promise = which;
      this.ask('promised');
    },
    copy: () => void this.tried(() => this.#copy()),
    again: () => void this.tried(async () => this.#desk.write(await this.#backend.sameAgain(this.#id))),
    acknowledge: () => void this.tried(() => this.#backend.acknowledge(this.#id)),
  };

  readonly letters = $derived.by<LetterActs>(() => ({
    link: (url) => void this.tried(() => this.#backend.openLink(url)),
    openFile: (f) => this.look(f.hash),
    dragFile: (f) => void this.tried(() => this.#backend.dragFile(this.#id, f.hash)),
    saveFile: (f) => void this.tried(() => this.#backend.saveFile(this.#id, f.hash)),
    edit: (item) => void this.tried(() => this.#edit(item)),
    discard: (item) => void this.tried(() => this.#backend.discardItem(item)),
    retry: (item) => void this.tried(() => this.#backend.retryItem(item)),
    decide: (item) => this.#desk.compare(item),
    notSolved: () => void this.tried(() => this.#backend.reopen(this.#id, 'not_solved')),
    about: (entry, corrects) => {
      const chosen = this.#parts.chosen();
      this.#compose.sheet(this.#id, 'reply').about(entry.ref, corrects);
      this.write('reply');
      if (!corrects && chosen?.ref === entry.ref) void tick().then(() => this.#parts.writer()?.quote(entry.author.name, chosen.text));
    },
    jump: (ref) => this.#parts.jump(ref),
    ...(this.#view?.can.ask ? { settle: (ask: string) => this.settle(ask) } : {}),
    ...(this.#view?.can.split ? { split: (entry) => { this.#letter = entry.ref; this.ask('split'); } } : {}),
  }));

  readonly belongs: MatterActs = {
    open: (to) => this.#desk.selection.open(to),
    merge: (ticket, into) => void this.tried(() => this.#backend.mergeTicket(ticket, into)),
    unmerge: (ticket) => void this.tried(() => this.#backend.unmergeTicket(ticket)),
    move: (to) => void this.tried(() => this.#moved(to)),
    join: () => this.ask('join'),
    leave: () => void this.tried(() => this.#backend.joinTicket(this.#id, '', '', '', true)),
  };

  /** What can be done from beside it. */
  readonly beside = $derived.by(() => ({
    ...(this.#view?.can.fill && this.#view.filed.form ? { onfill: () => this.ask('fill') } : {}),
    ...(this.#view?.wanted.tick ? { ontick: (item: string, done: boolean) => void this.tried(() => this.#backend.tick(this.#id, item, done)) } : {}),
    ...(this.#view?.wanted.approval.mine ? { onapprove: () => this.ask('approve') } : {}),
  }));

  /** Another ticket: nothing is asked or shown of the one before. */
  begin(): void {
    this.close();
    this.look('');
    this.#fault = null;
  }

  ask(what: Asking): void {
    this.#goal = '';
    this.#asking = what;
  }

  /** Gives it to somebody; where promises of who has it are open, the question comes first. */
  give(to: string): void {
    const view = this.#view;
    if (view?.promises.some((p) => !p.state && p.by === view.assigneeName && view.row.owner)) this.ask('assign');
    else void this.tried(() => this.#backend.assign(this.#id, to, '', []));
  }

  refer(to: string): void {
    this.ask('refer');
    this.#goal = to;
  }
  close(): void {
    this.#asking = '';
  }
  look(picture: string): void {
    this.#picture = picture;
  }

  async tried(run: () => Promise<unknown>): Promise<void> {
    this.#fault = null;
    try {
      await run();
    } catch (e) {
      this.#fault = asFault(e);
    }
  }

  /** Dials, and counts from now on how long it takes. */
  dial(number: string): void {
    this.#calling = { ticket: this.#id, number, at: new Date() };
    void this.tried(() => this.#backend.openLink(`tel:${number.replace(/[^+0-9]/g, '')}`));
  }
  /** The call is logged, or none came of it. */
  hungUp(): void {
    this.#calling = null;
  }

  /** The cursor goes where writing goes on. */
  focus(): void {
    void tick().then(() => this.#parts.writer()?.focus());
  }

  write(mode: 'reply' | 'note'): void {
    if (!this.#view) return;
    this.#compose.setMode(this.#id, mode);
    this.focus();
  }

  /** What was written in the present sheet before. */
  earlier(): void {
    const view = this.#view;
    if (view) this.#compose.sheet(this.#id, view.can.note ? this.#compose.mode(this.#id) : 'reply').looking = true;
  }

  /** Takes up the letter in which words are chosen, else the newest of the others; or corrects the own newest. */
  about(corrects: boolean): void {
    const ref = corrects ? 0 : (this.#parts.chosen()?.ref ?? 0);
    const entry = this.#reading.entries.find((e) => ref > 0 && e.ref === ref) ?? this.#reading.entries.findLast((e) => e.ref > 0 && !e.outbox && (corrects ? e.author.me : !e.author.me));
    if (entry) this.letters.about(entry, corrects);
  }

  question(step: boolean): void {
    if (!this.#view) return;
    this.#compose.setMode(this.#id, 'reply');
    void tick().then(() => this.#parts.writer()?.ask(step));
  }

  macro(): void {
    if (!this.#view) return;
    this.#compose.setMode(this.#id, 'reply');
    void tick().then(() => this.#parts.writer()?.macro());
  }

  settle(ask: string): void {
    this.#settling = ask;
    this.ask('settle');
  }

  rate = (score: 'good' | 'bad', comment: string): Promise<void> => this.#backend.rate(this.#id, score, comment);

  /** The one key for what reads alike: the later goes on in the earlier. */
  together(): void {
    const view = this.#view;
    const other = view?.together.alike[0];
    if (!view || !other) return this.ask('merge');
    const [from, into] = inOrder({ ticket: this.#id, number: view.row.number }, other);
    this.belongs.merge(from, into);
  }

  /** What is proposed is confirmed by choosing it; anything else asks why, and what the customer is told. */
  #prioritize(to: Priority): void {
    if (!to) return;
    this.#wanted = to;
    const view = this.#view;
    if (view && (view.proposal && to !== view.proposal.priority || view.misuse?.tell && less(view, to))) this.ask('priority');
    else void this.tried(() => this.#backend.setPriority(this.#id, to, '', ''));
  }

  #judge(verdict: Verdict): void {
    if (verdict === 'works') return void this.tried(() => this.#backend.judgeWorkaround(this.#id, verdict, ''));
    this.#judged = verdict;
    this.ask('verdict');
  }

  /** What is being written here goes along to where it goes on. */
  async #moved(to: string): Promise<void> {
    const sheet = this.#compose.sheet(this.#id, 'reply');
    await sheet.save();
    const draft = await this.#backend.moveDraft(this.#id, to);
    sheet.leave();
    this.#compose.sheet(to, 'reply').adopt(draft);
    this.#compose.ask(to);
    this.#desk.selection.open(to);
  }

  /** A copy that lacks something says so. */
  async #copy(): Promise<void> {
    const { missing } = await this.#backend.saveCopy(this.#id);
    if (missing.length > 0) {
      const names = missing.join(', ');
      this.#fault = { code: 'offline', field: 'files', message: t('The copy is saved, without what could not be fetched: {names}.', { names }), hint: t('Connect, and save it once more.') };
    }
  }

  async #edit(item: string): Promise<void> {
    const draft = await this.#backend.editItem(item);
    if (draft.kind === 'new' || draft.kind === 'article') return this.#desk.write(draft); // neither is on a ticket
    this.#compose.setMode(draft.ticket, draft.kind);
    const sheet = this.#compose.sheet(draft.ticket, draft.kind);
    sheet.takeBack(draft);
    await sheet.save();
    this.write(draft.kind);
  }
}
