import type { Backend, PhoneBook, PhoneLine } from '../backend';

/** The numbers to call for who sits here. They are there in every state of the program, with their date. */
export class Phones {
  readonly #backend: Backend;
  #book = $state.raw<PhoneBook>({ lines: [], asOf: '' });

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get lines(): PhoneLine[] {
    return this.#book.lines;
  }
  get asOf(): string {
    return this.#book.asOf;
  }
  /** The one to call now. */
  get best(): PhoneLine | undefined {
    return this.lines[0];
  }
  /** The next best, where the one to call now is closed. */
  get next(): PhoneLine | undefined {
    return this.lines[1];
  }

  /** Asks anew: which is the right one changes with the hour. */
  async load(): Promise<void> {
    this.#book = await this.#backend.phones(navigator.language).catch(() => this.#book);
  }
}
