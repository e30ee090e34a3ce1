import type { Backend, Connection } from '../backend';

const nothing: Connection = {
  state: 'connecting', asOf: '', since: '', retry: '', done: 0, total: 0, fault: null, waiting: 0, needsYou: 0, tickets: 0, oldest: '', unread: 0,
};

export type Returned = { waited: number; needsYou: number; seconds: number };

/** How the line to the server stands, and what the last return from offline did. */
export class Line {
  #now = $state.raw<Connection>(nothing);
  #returned = $state.raw<Returned | null>(null);
  #away: { at: number; waiting: number } | null = null;
  #catchingUp = 0;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get now(): Connection {
    return this.#now;
  }
  get state(): Connection['state'] {
    return this.#now.state;
  }
  /** Writing queues here instead of going out at once. */
  get offline(): boolean {
    return this.#now.state === 'offline' || this.#now.state === 'refused';
  }
  /** The first sync is under way and says how far it is. */
  get filling(): boolean {
    return this.#now.total > 0 && this.#now.done < this.#now.total;
  }
  /** Set after having been away, until dismissed. */
  get returned(): Returned | null {
    return this.#returned;
  }

  dismiss(): void {
    this.#returned = null;
  }

  listen(): () => void {
    return this.#backend.on('connection', (c) => this.take({ ...this.#now, ...c }));
  }

  /** Tries at once; the line itself tells how it went. */
  async tryNow(): Promise<void> {
    await this.#backend.tryNow();
  }

  async load(): Promise<void> {
    this.take(await this.#backend.connection());
  }

  take(next: Connection, at = Date.now()): void {
    const before = this.#now.state;
    this.#now = next;
    if (next.state === 'offline') {
      this.#returned = null;
      this.#away = { at: this.#away?.at ?? at, waiting: Math.max(this.#away?.waiting ?? 0, next.waiting) };
    }
    if (this.#away && before === 'offline' && next.state !== 'offline') this.#catchingUp = at;
    // Back means live and everything that waited has been answered.
    if (this.#away && next.state === 'live' && next.waiting === 0) {
      const seconds = (at - (this.#catchingUp || at)) / 1000;
      // A blink nobody noticed is not worth a banner.
      if (this.#away.waiting > 0 || at - this.#away.at > 20_000) {
        this.#returned = { waited: this.#away.waiting, needsYou: next.needsYou, seconds };
      }
      this.#away = null;
    }
  }
}
