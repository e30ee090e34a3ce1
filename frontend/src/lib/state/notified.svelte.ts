import type { Backend, NotifiedView } from '../backend';

const nothing: NotifiedView = { items: [], unseen: 0, calls: [], quiet: '' };

/** What the person was told outside the window, and what they are called to. */
export class Notified {
  #view = $state.raw<NotifiedView>(nothing);
  #asked = 0;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get view(): NotifiedView {
    return this.#view;
  }

  async load(): Promise<void> {
    const mine = ++this.#asked;
    const view = await this.#backend.notified().catch(() => null);
    if (view && mine === this.#asked) this.#view = view;
  }

  seen(id: number): Promise<void> {
    return this.#backend.notifiedSeen(id);
  }

  listen(): () => void {
    const stops = [this.#backend.on('notified', () => void this.load()), this.#backend.on('rows', () => void this.load())];
    return () => stops.forEach((stop) => stop());
  }
}
