import { asFault, type Backend, type Draft, type Fault, type OutboxItem } from '../backend';

/** What is still on this computer, what was just sent, and what the person must decide. */
export class Outbox {
  #items = $state.raw<OutboxItem[]>([]);
  #fault = $state.raw<{ id: string; fault: Fault } | null>(null);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get items(): OutboxItem[] {
    return this.#items;
  }
  /** Why the last step on an item did not work. */
  get fault() {
    return this.#fault;
  }
  readonly needsYou = $derived(this.#items.filter((item) => ['held', 'conflict', 'refused'].includes(item.state)));
  readonly waiting = $derived(this.#items.filter((item) => item.state === 'queued' || item.state === 'sent'));
  readonly done = $derived(this.#items.filter((item) => item.state === 'confirmed'));
  readonly open = $derived(this.needsYou.length + this.waiting.length);

  listen(): () => void {
    const stops = [
      this.#backend.on('outbox', () => void this.load()),
      this.#backend.on('file', (e) => {
        this.#items = this.#items.map((item) =>
          item.files.some((f) => f.hash === e.hash) ? { ...item, files: item.files.map((f) => (f.hash === e.hash ? { ...f, state: e.state, progress: e.progress } : f)) } : item,
        );
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    this.#items = (await this.#backend.outbox()) ?? [];
  }

  retry = (id: string) => this.#step(id, () => this.#backend.retryItem(id));
  discard = (id: string) => this.#step(id, () => this.#backend.discardItem(id));
  sendAnyway = (id: string) => this.#step(id, () => this.#backend.sendAnyway(id));
  makeNote = (id: string) => this.#step(id, () => this.#backend.makeNote(id));

  /** Turns it back into the draft it was; null when that did not work. */
  async edit(id: string): Promise<Draft | null> {
    let draft: Draft | null = null;
    await this.#step(id, async () => {
      draft = await this.#backend.editItem(id);
    });
    return draft;
  }

  async #step(id: string, step: () => Promise<void>): Promise<boolean> {
    this.#fault = null;
    try {
      await step();
      await this.load();
      return true;
    } catch (thrown) {
      this.#fault = { id, fault: asFault(thrown) };
      return false;
    }
  }
}
