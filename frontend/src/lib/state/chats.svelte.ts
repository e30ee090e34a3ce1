import type { Backend } from '../backend';

/** Who can be chatted with now, and whether the person takes chats. What is not known counts as nobody. */
export class Chats {
  #departments = $state.raw<string[]>([]);
  #taking = $state(false);
  #begun = $state('');
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get taking(): boolean {
    return this.#taking;
  }

  /** Whether somebody of the department that gets it takes chats. */
  there(department: string): boolean {
    return this.#departments.includes(department);
  }

  async refresh(): Promise<void> {
    try {
      const now = await this.#backend.chats();
      this.#departments = now.departments;
      this.#taking = now.taking;
    } catch {
      this.#departments = [];
    }
  }

  async take(on: boolean): Promise<void> {
    await this.#backend.takeChats(on);
    this.#taking = on;
  }

  /** The request in which a chat is to be begun, until it is. */
  get begun(): string {
    return this.#begun;
  }

  begin(ticket: string): void {
    this.#begun = ticket;
  }

  /** Looks again every so often, until the returned function is called. */
  follow(every = 15_000): () => void {
    void this.refresh();
    const timer = setInterval(() => void this.refresh(), every);
    return () => clearInterval(timer);
  }
}
