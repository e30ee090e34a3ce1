import { asFault, type Backend, type Fault } from '../backend';

/** Taking the next ticket: the server gives it to one person at a time, now or not at all. */
export class Queue {
  #busy = $state(false);
  #fault = $state.raw<Fault | null>(null);
  readonly #backend: Backend;
  readonly #open: (ticket: string) => Promise<void>;

  constructor(backend: Backend, open: (ticket: string) => Promise<void>) {
    this.#backend = backend;
    this.#open = open;
  }

  /** Why there was none, until the person goes on. */
  get fault(): Fault | null {
    return this.#fault;
  }

  async next(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#fault = null;
    try {
      await this.#open(await this.#backend.takeNext('', ''));
    } catch (e) {
      this.#fault = asFault(e);
    } finally {
      this.#busy = false;
    }
  }

  /** Passes one over for a reason and takes the next. Who asks shows what goes wrong. */
  async skip(ticket: string, reason: string): Promise<void> {
    this.#fault = null;
    await this.#open(await this.#backend.takeNext(ticket, reason));
  }

  dismiss(): void {
    this.#fault = null;
  }
}
