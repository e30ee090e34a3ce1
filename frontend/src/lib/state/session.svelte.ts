import { asFault, type Backend, type Boot, type Fault, type Settings } from '../backend';

const quiet: Settings = { theme: 'system', zoom: 1, notifyContent: false, stay: false, notify: { off: [], myTurn: false, until: '', from: '', to: '' }, language: 'system', looks: [], keys: [], quietKeys: false, recent: [], tabs: [], beside: '' };

/** Who sits here: signed out, locked, ready, or unable to go on; and the person's settings. */
export class Session {
  #boot = $state.raw<Boot | null>(null);
  #settings = $state.raw<Settings>(quiet);
  #busy = $state(false);
  #fault = $state.raw<Fault | null>(null);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get boot(): Boot | null {
    return this.#boot;
  }
  get state(): Boot['state'] | 'starting' {
    return this.#boot?.state ?? 'starting';
  }
  get me() {
    return this.#boot?.me ?? null;
  }
  get staff(): boolean {
    return this.me !== null && this.me.role !== 'customer';
  }
  get settings(): Settings {
    return this.#settings;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** Why the last attempt did not work. */
  get fault(): Fault | null {
    return this.#fault;
  }

  listen(): () => void {
    return this.#backend.on('boot', (boot) => this.#take(boot));
  }

  start = () => this.#try(() => this.#backend.boot());
  signIn = (server: string, person: string, password: string) => this.#try(() => this.#backend.signIn(server, person, password));
  acceptInvitation = (server: string, code: string, password: string) => this.#try(() => this.#backend.acceptInvitation(server, code, password));
  unlock = (password: string) => this.#try(() => this.#backend.unlock(password));
  /** Fails with the code "unsent" when something would be lost, unless forced. */
  signOut = (force: boolean) => this.#try(() => this.#backend.signOut(force));

  /** Opens the page of numbers in the browser; of a server as typed, or "" for the one that is known. */
  async emergencyPage(server: string): Promise<void> {
    try {
      await this.#backend.emergencyPage(server);
    } catch (thrown) {
      this.#fault = asFault(thrown);
    }
  }

  clearFault(): void {
    this.#fault = null;
  }

  /** Takes effect at once and is kept; what could not be kept is put back. */
  async change(part: Partial<Settings>): Promise<void> {
    const before = this.#settings;
    this.#settings = { ...before, ...part };
    try {
      await this.#backend.saveSettings(this.#settings);
    } catch (thrown) {
      this.#settings = before;
      this.#fault = asFault(thrown);
    }
  }

  #take(boot: Boot): void {
    this.#boot = boot;
    this.#settings = boot.settings ?? quiet;
  }

  async #try(step: () => Promise<Boot>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    this.#fault = null;
    try {
      this.#take(await step());
      return true;
    } catch (thrown) {
      this.#fault = asFault(thrown);
      return false;
    } finally {
      this.#busy = false;
    }
  }
}
