import { asFault, type Backend, type Row } from '../backend';
import type { Layout } from './layout.svelte';
import type { Selection } from './selection.svelte';
import type { Session } from './session.svelte';

/** As many as fit on a strip and into a head. */
export const mostTabs = 12;

/** Which of the two that stand beside each other has the keys. */
export type Side = 'main' | 'beside';

/**
 * Tickets that are kept open: as tabs, and one of them beside the one that is
 * read. What is written in each lives with the window and not with its pane, so
 * that nothing is lost by going from one to another. They are settings of the
 * person, and there again at the next start.
 */
export class Tabs {
  /** What is known of each, for its name on the strip. */
  #rows = $state.raw<ReadonlyMap<string, Row>>(new Map());
  #side = $state<Side>('main');
  #called = $state(false);
  readonly #backend: Backend;
  readonly #session: Session;
  readonly #selection: Selection;
  readonly #layout: Layout;

  constructor(backend: Backend, session: Session, selection: Selection, layout: Layout) {
    this.#backend = backend;
    this.#session = session;
    this.#selection = selection;
    this.#layout = layout;
  }

  get ids(): string[] {
    return this.#session.settings.tabs;
  }
  /** The ticket that stands beside the one that is read, "" for none or where there is no room. */
  get beside(): string {
    const { beside } = this.#session.settings;
    return this.#layout.width >= 1600 && beside !== this.#selection.ticket ? beside : '';
  }
  /** There is room for two. */
  get roomy(): boolean {
    return this.#layout.width >= 1600;
  }
  get side(): Side {
    return this.beside ? this.#side : 'main';
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  has(id: string): boolean {
    return this.ids.includes(id);
  }

  focus(side: Side): void {
    this.#side = side;
  }

  /** The cursor was called into the one that has the keys. */
  get called(): boolean {
    return this.#called;
  }
  call(on: boolean): void {
    this.#called = on;
  }

  /** To the other of two, with the cursor. */
  other(): void {
    this.#side = this.side === 'main' ? 'beside' : 'main';
    this.#called = true;
  }

  /** Reads what they are called, and lets go of what is not there any more. */
  async load(): Promise<void> {
    for (const id of this.ids) await this.#read(id);
  }

  listen(): () => void {
    return this.#backend.on('ticket', (e) => {
      if (this.has(e.id)) void this.#read(e.id);
    });
  }

  async #read(id: string): Promise<void> {
    try {
      const { row } = await this.#backend.ticket(id);
      this.#rows = new Map(this.#rows).set(id, row);
    } catch (e) {
      // What cannot be read now may be there later; what is gone, or its person sees no more, is not kept on the strip.
      if (['not_found', 'denied'].includes(asFault(e).code) && this.has(id)) this.close(id);
    }
  }

  /** Keeps a ticket open, without going there. */
  keep(id: string): void {
    if (!id || this.has(id)) return;
    void this.#session.change({ tabs: [...this.ids.slice(0, mostTabs - 1), id] });
    void this.#read(id);
  }

  /** Of what is read, its neighbour takes the place. */
  close(id: string): void {
    const at = this.ids.indexOf(id);
    const left = this.ids.filter((other) => other !== id);
    const { beside } = this.#session.settings;
    if (at >= 0 || beside === id) void this.#session.change({ tabs: left, beside: beside === id ? '' : beside });
    if (this.#selection.ticket !== id) return;
    const next = left[Math.min(Math.max(at, 0), left.length - 1)];
    if (next) this.#selection.open(next);
    else this.#selection.close();
  }

  /** Goes along the strip, from what is read or from its end. */
  step(by: number): void {
    const { ids } = this;
    if (ids.length === 0) return;
    const at = ids.indexOf(this.#selection.ticket);
    const next = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length];
    if (next) this.#selection.open(next);
  }

  /** Puts a ticket beside, or with "" gives the room back. */
  setBeside(id: string): void {
    void this.#session.change({ beside: id });
    this.#side = 'main';
  }

  /** What is read stands beside from now on, and the tab before it or the next in the list is read. */
  async split(): Promise<void> {
    const id = this.#selection.ticket;
    if (!id) return;
    const other = this.beside || this.ids.find((tab) => tab !== id);
    await this.#session.change({ beside: id });
    if (other) this.#selection.open(other);
    else await this.#selection.step(1);
  }
}
