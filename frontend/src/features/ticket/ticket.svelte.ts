import { asFault, type Backend, type EntryView, type Fault, type TicketView } from '$lib/backend';

type Door = Pick<Backend, 'ticket' | 'entries' | 'looking' | 'on'>;

/** Entries fetched at a time when going back. */
const page = 30;

/**
 * The ticket on the screen. The page keeps no truth: every change makes it read
 * the ticket again from Go, which has it on this computer.
 */
export class Reading {
  /** The ticket asked for; view may still be the one before. */
  id = $state('');
  view = $state.raw<TicketView | null>(null);
  entries = $state.raw<EntryView[]>([]);
  /** Seq of the first entry that was new when the ticket was opened; it stays until one leaves. */
  freshFrom = $state(0);
  fault = $state.raw<Fault | null>(null);
  going = $state(false);

  readonly #door: Door;
  #older: Record<number, EntryView> = {};
  #wanted = false;
  #busy: Promise<void> | null = null;
  #writing = false;
  #attended = true;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(door: Door) {
    this.#door = door;
  }

  /** Follows what happens to the ticket until the returned function is called. */
  listen(): () => void {
    const stops = [
      this.#door.on('ticket', (e) => this.#about(e.id)),
      this.#door.on('boot', () => this.#about(this.id)), // what is known of departments changed
      this.#door.on('presence', (e) => this.#about(e.ticket)),
      this.#door.on('file', (e) => {
        const moved = this.entries.some((n) => n.files.some((f) => f.hash === e.hash));
        if (!moved) return;
        const files = (n: EntryView) => n.files.map((f) => (f.hash === e.hash ? { ...f, state: e.state, progress: e.progress } : f));
        this.entries = this.entries.map((n) => (n.files.length > 0 ? { ...n, files: files(n) } : n));
        if (e.state === 'here' || e.state === 'there') this.#about(this.id);
      }),
    ];
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(this.#idle);
      if (this.id && this.#attended) void this.#door.looking('', false);
    };
  }

  /** Shows another ticket, or none for "". The old one stays until the new one is read. */
  async open(id: string): Promise<void> {
    if (id === this.id) return;
    this.id = id;
    this.fault = null;
    this.#older = {};
    this.#writing = false;
    if (!id) {
      this.view = null;
      this.entries = [];
    }
    await this.refresh();
    if (this.id === id && this.#attended) void this.#door.looking(id, false);
  }

  /** Whether it is looked at: of two that stand beside each other one is. */
  attend(on: boolean): void {
    if (this.#attended === on) return;
    this.#attended = on;
    if (on && this.id) void this.#door.looking(this.id, false);
  }

  /** Reads the ticket again; calls while a read is running become one more read. */
  async refresh(): Promise<void> {
    this.#wanted = true;
    if (this.#busy) return this.#busy;
    this.#busy = this.#read();
    try {
      await this.#busy;
    } finally {
      this.#busy = null;
    }
  }

  async #read(): Promise<void> {
    while (this.#wanted && this.id) {
      this.#wanted = false;
      const id = this.id;
      try {
        const view = await this.#door.ticket(id);
        if (this.id === id) this.#show(whole(view));
      } catch (e) {
        if (this.id === id) this.#fail(asFault(e));
      }
    }
  }

  /** Fetches a page of what came before. */
  async back(): Promise<void> {
    const from = this.firstSeq;
    const id = this.id;
    if (this.going || from <= (this.view?.begins ?? 1)) return;
    this.going = true;
    try {
      const more = await this.#door.entries(id, from, page);
      if (this.id !== id) return;
      for (const e of more.map(full)) this.#older[e.seq] = e;
      this.#join();
    } catch (e) {
      this.fault = asFault(e);
    } finally {
      this.going = false;
    }
  }

  /** Seq of the oldest entry here; 1 when all are. */
  get firstSeq(): number {
    const first = this.entries.find((e) => e.seq > 0);
    return first ? first.seq : (this.view?.firstSeq ?? 1);
  }

  /** Tells the others that this person writes; it wears off by itself. */
  writing(): void {
    clearTimeout(this.#idle);
    const id = this.id;
    if (!this.#writing) void this.#door.looking(id, true);
    this.#writing = true;
    this.#idle = setTimeout(() => this.stopped(), 5000);
  }

  stopped(): void {
    clearTimeout(this.#idle);
    if (this.#writing) void this.#door.looking(this.id, false);
    this.#writing = false;
  }

  #about(id: string): void {
    if (id !== '' && id === this.id) void this.refresh();
  }

  /** What could not be read leaves no other ticket standing under its name. */
  #fail(fault: Fault): void {
    this.fault = fault;
    if (this.view?.row.id === this.id) return;
    this.view = null;
    this.entries = [];
  }

  #show(view: TicketView): void {
    const same = this.view?.row.id === view.row.id;
    if (same) {
      for (const e of this.view?.entries ?? []) if (e.seq > 0 && e.seq < view.firstSeq) this.#older[e.seq] = e;
    } else {
      this.freshFrom = view.entries.find((e) => e.fresh && !e.author.me)?.seq ?? 0;
    }
    this.fault = null;
    this.view = view;
    this.#join();
  }

  #join(): void {
    const view = this.view;
    if (!view) return;
    const before = Object.values(this.#older).filter((e) => e.seq < view.firstSeq).sort((a, b) => a.seq - b.seq);
    this.entries = [...before, ...view.entries];
  }
}

/** Go leaves an empty list out now and then; the parts expect one. */
const full = (e: EntryView): EntryView => ({ ...e, blocks: e.blocks ?? [], files: e.files ?? [], asks: e.asks ?? [], answers: e.answers ?? [], ref: e.ref ?? 0, about: e.about ?? null });

const whole = (v: TicketView): TicketView => ({
  ...v, entries: (v.entries ?? []).map(full), ccs: v.ccs ?? [], steps: v.steps ?? [], refs: v.refs ?? [], readers: v.readers ?? [], present: v.present ?? [], asks: v.asks ?? [], together: v.together ?? { into: null, merged: [], alike: [], joined: [] },
});
