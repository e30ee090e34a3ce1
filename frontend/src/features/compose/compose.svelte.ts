import { SvelteMap } from 'svelte/reactivity';
import { asFault, type Also, type AnswerTo, type Backend, type Beside, type Block, type Draft, type Fault, type NewAsk, type Option, type Status } from '$lib/backend';
import { Attachments } from '$lib/writing/attachments.svelte';
import { merged, nothing } from './also';
import { mentionsIn } from './mentions';

export type Mode = 'reply' | 'note';

type Door = Pick<Backend, 'saveDraft' | 'dropDraft' | 'reply' | 'recur' | 'addNote' | 'pickFiles' | 'addFile' | 'pasteImage' | 'compress' | 'on' | 'earlierDrafts' | 'takeDraft' | 'preview'>;

/** How long a pause is before the text is written to disk, and how long it may at most stay unwritten. */
const pause = 300;
const longest = 1500;

/**
 * One text being written: the reply or the note on one ticket. It lives as long
 * as the window, whatever happens to the ticket meanwhile, and is on disk after
 * every pause; the page may be thrown away at any moment.
 */
export class Sheet {
  text = $state('');
  readonly files: Attachments;
  /** Questions and steps that go along, and answers to those that were asked. */
  asks = $state<NewAsk[]>([]);
  answers = $state<AnswerTo[]>([]);
  /** The message this one takes up, or corrects; 0 for none. */
  refers = $state(0);
  corrects = $state(false);
  /** What macros brought: it happens with the message, and each of it can be taken out. */
  also = $state.raw<Also>(nothing);
  /** Seq of the newest entry the author had seen when the writing began. */
  basis = $state(0);
  /** Seq of the newest entry on the screen now; set by whoever shows the ticket. */
  seen = 0;
  /** When the text was last written to disk, "" before the first time. */
  savedAt = $state('');
  sending = $state(false);
  /** The open questions, by their ids, about which the author was asked once. */
  warned = $state('');
  fault = $state<Fault | null>(null);
  /** The earlier versions are open. */
  looking = $state(false);

  readonly #door: Door;
  readonly #ticket: string;
  readonly #kind: Mode;
  #started = false;
  #dirty = false;
  #saving = false;
  #dirtySince = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Saves and sends wait for each other, so that a late save cannot revive a sent draft. */
  #queue: Promise<void> = Promise.resolve();
  /** Drafts from before this moment are older than what is here. */
  #newest = 0;
  #loaded = false;

  constructor(door: Door, ticket: string, kind: Mode) {
    this.#door = door;
    this.#ticket = ticket;
    this.#kind = kind;
    this.files = new Attachments(door, () => this.changed());
  }

  get empty(): boolean {
    return this.text.trim() === '' && this.files.files.length + this.beside.asks.length + this.beside.answers.length === 0;
  }

  get key(): string {
    return `ticket/${this.#ticket}/${this.#kind}`;
  }

  /** To be called after every change of text or files. */
  changed(): void {
    if (!this.#started && !this.empty) this.basis = this.seen;
    this.#started = !this.empty;
    this.#loaded = true;
    const now = Date.now();
    if (!this.#dirty) this.#dirtySince = now;
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), Math.max(0, Math.min(pause, this.#dirtySince + longest - now)));
  }

  /** The author has read what came in meanwhile and goes on writing. */
  acknowledge(): void {
    this.basis = this.seen;
    this.changed();
  }

  /**
   * Takes over what Go has on disk, unless something newer is here: the text in
   * the window wins over everything older, whatever the ticket does.
   */
  adopt(draft: Draft | null): void {
    if (this.#dirty || this.#saving || this.sending) return;
    const at = draft ? Date.parse(draft.updated) : 0;
    if (draft && (!this.#loaded || at > this.#newest)) {
      // A message taken back from the outbox comes before what is being written, it does not replace it.
      const own = this.text.trim();
      this.text = own && !draft.text.includes(own) ? `${draft.text}\n\n${this.text}` : draft.text;
      this.files.set([...draft.files, ...this.files.files.filter((f) => !draft.files.some((d) => d.hash === f.hash))]);
      this.#join(draft.beside);
      this.basis = draft.basis;
      this.savedAt = draft.updated;
      this.#newest = at;
      this.#started = !this.empty;
    }
    this.#loaded = true;
  }

  /** Puts a message that was taken back in front of what is being written. */
  takeBack(draft: Draft): void {
    const own = this.text.trim() === '' || this.text === draft.text ? '' : `\n\n${this.text}`;
    this.text = draft.text + own;
    this.files.take({ files: draft.files, faults: [] });
    this.#join(draft.beside);
    this.basis = draft.basis || this.seen;
    this.#started = true;
    this.changed();
  }

  /** Answers here are newer than those of a draft; questions are added to each other. */
  #join(b: Beside): void {
    this.asks = [...b.asks, ...this.asks.filter((a) => !b.asks.some((x) => x.text === a.text))];
    if (!this.refers) this.about(b.refers, b.corrects);
    this.also = merged(b.also ?? nothing, this.also);
    this.answers = [...b.answers.filter((a) => !this.answers.some((x) => x.ask === a.ask)), ...this.answers];
  }

  /** What goes along, without what is still empty. */
  get beside(): Beside {
    return {
      asks: this.asks.filter((a) => a.text.trim() !== ''),
      answers: this.answers.filter((a) => a.state !== 'answered' || a.text.trim() !== ''),
      refers: this.refers, corrects: this.corrects, ...(this.also === nothing ? {} : { also: this.also }),
    };
  }

  /** What is being written takes up a message, or corrects it; 0 for neither. */
  about(ref: number, corrects: boolean): void {
    this.refers = ref;
    this.corrects = corrects && ref > 0;
  }

  /** What goes with it changes; the parts that are given replace what is there. */
  alter(part: Partial<Also>): void {
    this.also = merged({ ...this.also, ...part }, nothing);
    this.changed();
  }

  /** What is being answered to one question; null takes it back. */
  answer(ask: string, to: Omit<AnswerTo, 'ask'> | null): void {
    const rest = this.answers.filter((a) => a.ask !== ask);
    this.answers = to && (to.state !== 'answered' || to.text !== '') ? [...rest, { ask, ...to }] : rest;
    this.changed();
  }

  /** Writes to disk now. Safe to call at any time and as often as one likes. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#queue = this.#queue.then(() => this.#write());
    return this.#queue;
  }

  async #write(): Promise<void> {
    if (!this.#dirty || this.sending) return;
    this.#dirty = false;
    this.#saving = true;
    try {
      if (this.empty) {
        await this.#door.dropDraft(this.key);
        this.savedAt = '';
        this.#newest = Date.now();
        return;
      }
      const saved = await this.#door.saveDraft(this.#draft());
      this.savedAt = saved.updated;
      this.#newest = Date.parse(saved.updated);
      if (this.fault?.field === 'draft') this.fault = null;
    } catch (e) {
      this.#dirty = true;
      this.fault = { ...asFault(e), field: 'draft' };
    } finally {
      this.#saving = false;
    }
  }

  /** Hands the text to Go for sending. The sheet is empty afterwards, or keeps everything and says why. */
  send(then: Status | '', staff: Option[]): Promise<boolean> {
    return this.#hand(async (hashes) => {
      if (this.#kind === 'note') await this.#door.addNote(this.#ticket, this.text, hashes, mentionsIn(this.text, staff));
      else await this.#door.reply(this.#ticket, this.text, hashes, this.seen, then, this.beside);
    });
  }

  /** Sends it as a new request that follows on this one, and gives that; "" when it could not. */
  async recur(): Promise<string> {
    let made = '';
    await this.#hand(async (hashes) => {
      made = (await this.#door.recur(this.#ticket, this.text, hashes)).ticket;
    });
    return made;
  }

  /** What stood here before. What is written now is safe before anything can be put in its place. */
  async earlier(): Promise<Draft[]> {
    await this.save();
    return this.#door.earlierDrafts(this.key);
  }

  /** A text as its reader will see it. */
  read(text: string): Promise<Block[]> {
    return this.#door.preview(text);
  }

  /** Puts an earlier version in place of what is written. */
  async take(version: Draft): Promise<void> {
    await this.save();
    const draft = await this.#door.takeDraft(this.key, version.key, version.updated, this.seen);
    this.#clear();
    this.#loaded = false;
    this.adopt(draft);
  }

  /** What was written here stands elsewhere now; answers and questions stay. */
  leave(): void {
    this.text = '';
    this.files.set([]);
    this.#started = !this.empty;
    this.#dirty = false;
    this.#newest = Date.now();
  }

  async #hand(run: (hashes: string[]) => Promise<void>): Promise<boolean> {
    if (this.sending || this.empty) return false;
    this.sending = true;
    clearTimeout(this.#timer);
    await this.#queue;
    const hashes = this.files.files.map((f) => f.hash);
    try {
      await run(hashes);
      this.#clear();
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

  #clear(): void {
    this.text = '';
    this.files.set([]);
    this.asks = [];
    this.answers = [];
    this.about(0, false);
    this.also = nothing;
    this.fault = null;
    this.savedAt = '';
    this.#dirty = false;
    this.#started = false;
    this.#newest = Date.now();
  }

  #draft(): Draft {
    return {
      key: this.key, ticket: this.#ticket, kind: this.#kind, text: this.text, files: this.files.files, basis: this.basis,
      subject: '', department: '', urgency: '', type: '', claim: { down: '', since: '', impact: '', severity: '' }, org: '', private: false, ccs: [], refs: [], updated: '', beside: this.beside,
    };
  }
}

/** Everything being written on tickets in this window. Reply and note are kept apart, ticket by ticket. */
export class Compose {
  readonly #door: Door;
  readonly #sheets = new Map<string, Sheet>();
  readonly #modes = new SvelteMap<string, Mode>();

  constructor(door: Door) {
    this.#door = door;
  }

  sheet(ticket: string, kind: Mode): Sheet {
    const key = `${ticket}/${kind}`;
    let sheet = this.#sheets.get(key);
    if (!sheet) {
      sheet = new Sheet(this.#door, ticket, kind);
      this.#sheets.set(key, sheet);
    }
    return sheet;
  }

  /** Every ticket starts with Reply; Note stays chosen only where it was chosen. */
  mode(ticket: string): Mode {
    return this.#modes.get(ticket) ?? 'reply';
  }

  setMode(ticket: string, mode: Mode): void {
    this.#modes.set(ticket, mode);
  }

  /** The ticket whose text field is to get the cursor as soon as it stands there, or "". */
  asked = $state('');

  ask(ticket: string): void {
    this.asked = ticket;
  }

  /** For when the window is hidden, loses focus or goes away. */
  async saveAll(): Promise<void> {
    await Promise.all([...this.#sheets.values()].map((s) => s.save()));
  }
}
