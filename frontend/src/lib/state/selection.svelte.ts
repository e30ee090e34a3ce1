import type { Backend } from '../backend';
import type { List } from './list.svelte';

/** The ticket that stands open, and where it was in the list. */
export class Selection {
  #ticket = $state('');
  #index = $state(-1);
  /** Counts up when the person wants to go into the ticket, not only past it. */
  #entered = $state(0);
  #wanted = $state(0);
  readonly #backend: Backend;
  readonly #list: List;

  constructor(backend: Backend, list: List) {
    this.#backend = backend;
    this.#list = list;
  }

  get ticket(): string {
    return this.#ticket;
  }
  get entered(): number {
    return this.#entered;
  }
  /** The entry of it that is to be looked at, by its seq; 0 for none. */
  get wanted(): number {
    return this.#wanted;
  }
  want(seq: number): void {
    this.#wanted = seq;
  }
  /** Its position now; -1 when it is not in this list. */
  readonly index = $derived.by(() => this.#list.find(this.#ticket));

  open(ticket: string): void {
    this.#ticket = ticket;
    const at = this.#list.find(ticket);
    if (at >= 0) this.#index = at;
  }

  close(): void {
    this.#ticket = '';
  }

  /** Into the ticket: its pane puts the focus where reading goes on. */
  enter(): void {
    if (this.#ticket) this.#entered++;
  }

  /** By rows. From a ticket that has left the list, the one that took its place is next. */
  async step(by: number): Promise<void> {
    const here = this.index;
    const gone = here < 0 && this.#index >= 0 && this.#ticket !== '';
    const from = here >= 0 ? here : gone ? this.#index - (by > 0 ? 1 : 0) : by > 0 ? -1 : 0;
    await this.go(from + by);
  }

  async go(to: number): Promise<void> {
    const index = Math.min(this.#list.total - 1, Math.max(0, to));
    const row = await this.#list.rowAt(index);
    if (!row) return;
    this.#ticket = row.id;
    this.#index = index;
    this.#list.reveal(index);
  }

  /** Opens a ticket that may lie anywhere, and shows its row if this list has it. */
  async show(ticket: string): Promise<void> {
    this.open(ticket);
    const at = await this.#backend.position(this.#list.view, ticket).catch(() => -1);
    if (at >= 0 && this.#ticket === ticket) {
      this.#index = at;
      await this.#list.rowAt(at);
      this.#list.reveal(at);
    }
  }
}
