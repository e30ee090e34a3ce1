import { asFault, type Backend, type SearchResult, type ServerPage } from '$lib/backend';

/** What the server finds for one query that is not on this computer yet. */
export class Elsewhere {
  results = $state.raw<SearchResult[]>([]);
  /** The last stretch, null before the server was asked. */
  page = $state.raw<ServerPage | null>(null);
  busy = $state(false);
  /** Why it could not be asked, or what it found not brought here. */
  wrong = $state('');
  #turn = 0;

  constructor(readonly backend: Backend) {}

  reset() {
    this.#turn++;
    this.results = [];
    this.page = null;
    this.busy = false;
    this.wrong = '';
  }

  /** Asks, or goes on where the last answer ended. */
  async ask(query: string) {
    if (this.busy || (this.page && !this.page.next)) return;
    const turn = this.#turn;
    this.busy = true;
    this.wrong = '';
    try {
      const page = await this.backend.searchServer(query, this.page?.next ?? '');
      if (turn !== this.#turn) return;
      const known = new Set(this.results.map((r) => r.row.id));
      this.results = [...this.results, ...page.results.filter((r) => !known.has(r.row.id))];
      this.page = page;
    } catch (e) {
      if (turn === this.#turn) this.#say(e);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Brings a ticket here; true once it can be opened. */
  async bring(ticket: string): Promise<boolean> {
    this.wrong = '';
    try {
      await this.backend.bringTicket(ticket);
      return true;
    } catch (e) {
      this.#say(e);
      return false;
    }
  }

  #say(e: unknown) {
    const f = asFault(e);
    this.wrong = `${f.message} ${f.hint}`.trim();
  }
}
