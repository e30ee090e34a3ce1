import { SvelteSet } from 'svelte/reactivity';
import { asFault, type Backend, type Deed, type Fault, type ManyResult } from '../backend';
import type { List } from './list.svelte';
import type { Selection } from './selection.svelte';

/** How many can be chosen: what Go does at once. */
export const most = 500;

/** What was done to those that were chosen, as long as it is said. */
export type Done = { deed: Deed; result: ManyResult; undone?: { back: number; gone: number } };

/**
 * The tickets that were chosen in the list, to do one thing to all of them. They
 * are remembered by what they are and not by where they stand, so that they stay
 * chosen whatever the list does meanwhile; another list begins with none.
 */
export class Marks {
  readonly #ids = new SvelteSet<string>();
  /** Where a range begins. */
  #anchor = $state('');
  #done = $state.raw<Done | null>(null);
  #busy = $state(false);
  #fault = $state.raw<Fault | null>(null);
  readonly #backend: Backend;
  readonly #list: List;
  readonly #selection: Selection;

  constructor(backend: Backend, list: List, selection: Selection) {
    this.#backend = backend;
    this.#list = list;
    this.#selection = selection;
  }

  get count(): number {
    return this.#ids.size;
  }
  get ids(): string[] {
    return [...this.#ids];
  }
  /** What was done last, until it is dismissed or something else is. */
  get done(): Done | null {
    return this.#done;
  }
  get fault(): Fault | null {
    return this.#fault;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** There is something to be undone. */
  readonly undoable = $derived(this.#done !== null && !this.#done.undone && (this.#done.result.items.length > 0 || this.#done.deed.kind === 'read' || this.#done.deed.kind === 'unread') && this.#done.result.done.length > 0);

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = '';
  }

  dismiss(): void {
    this.#done = null;
    this.#fault = null;
  }

  toggle(id: string): void {
    if (!id) return;
    this.#begin();
    this.#anchor = id;
    if (!this.#ids.delete(id) && this.#ids.size < most) this.#ids.add(id);
  }

  /** With the row one stands on and the next that way; going back gives up what was gone over. */
  async extend(by: number): Promise<void> {
    this.#begin();
    const from = this.#selection.ticket;
    if (from && !this.#ids.has(from)) this.#ids.add(from);
    await this.#selection.step(by);
    const to = this.#selection.ticket;
    if (!to || to === from) return;
    if (this.#ids.has(to)) this.#ids.delete(from);
    else if (this.#ids.size < most) this.#ids.add(to);
    this.#anchor = to;
  }

  /** From where choosing began to here. */
  async range(to: string): Promise<void> {
    const start = this.#list.find(this.#anchor || this.#selection.ticket);
    const end = this.#list.find(to);
    if (end < 0) return;
    this.#begin();
    await this.#between(start < 0 ? end : start, end);
  }

  /** All of the list, as many as can be done at once. */
  async all(): Promise<void> {
    this.#begin();
    await this.#between(0, this.#list.total - 1);
  }

  async #between(a: number, b: number): Promise<void> {
    const first = Math.min(a, b);
    const last = Math.min(Math.max(a, b), first + most - 1);
    const { view } = this.#list;
    try {
      const page = await this.#backend.rows(view, first, last - first + 1);
      if (view !== this.#list.view) return;
      for (const row of page.rows) if (this.#ids.size < most) this.#ids.add(row.id);
    } catch (e) {
      this.#fault = asFault(e);
    }
  }

  #begin(): void {
    if (this.#ids.size === 0) this.dismiss();
  }

  /** Those that it did not happen to stay chosen, so that one sees which. */
  async act(part: Partial<Deed> & Pick<Deed, 'kind'>): Promise<void> {
    if (this.#busy || this.#ids.size === 0) return;
    const deed: Deed = { to: '', reason: '', add: [], remove: [], until: '', answer: false, ...part };
    this.#busy = true;
    this.dismiss();
    try {
      const result = await this.#backend.many(this.ids, deed);
      for (const id of result.done) this.#ids.delete(id);
      this.#done = { deed, result };
    } catch (e) {
      this.#fault = asFault(e);
    } finally {
      this.#busy = false;
    }
  }

  /** What was undone is chosen again: one may have meant something else to be done to it. */
  async undo(): Promise<void> {
    const done = this.#done;
    if (!done || !this.undoable || this.#busy) return;
    this.#busy = true;
    try {
      let undone = { back: done.result.done.length, gone: 0 };
      const reading = { read: 'unread', unread: 'read' } as const;
      if (done.deed.kind === 'read' || done.deed.kind === 'unread') await this.#backend.many(done.result.done, { ...done.deed, kind: reading[done.deed.kind] });
      else undone = await this.#backend.takeBack(done.result.items);
      if (undone.gone === 0) for (const id of done.result.done) this.#ids.add(id);
      this.#done = { ...done, undone };
    } catch (e) {
      this.#fault = asFault(e);
    } finally {
      this.#busy = false;
    }
  }
}
