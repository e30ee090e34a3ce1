import type { Backend, ViewInfo } from '../backend';
import { heard } from '../language';

/** The lists there are, and the one being looked at. */
export class Views {
  #all = $state.raw<ViewInfo[]>([]);
  readonly #said = $derived(this.#all.map((view) => ({ ...view, title: heard(view.title), empty: heard(view.empty) })));
  #id = $state('');
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get all(): ViewInfo[] {
    return this.#said;
  }
  get id(): string {
    return this.#id;
  }
  get current(): ViewInfo | undefined {
    return this.#said.find((view) => view.id === this.#id);
  }
  group(name: string): ViewInfo[] {
    return this.#said.filter((view) => view.group === name);
  }

  choose(id: string): void {
    this.#id = id;
  }

  listen(): () => void {
    return this.#backend.on('rows', (e) => this.merge(e.views ?? []));
  }

  async load(): Promise<void> {
    this.#all = await this.#backend.views();
    if (!this.current) this.#id = this.#all[0]?.id ?? '';
  }

  /** A view that is not named is unchanged. One that is new means that what the person may see changed. */
  merge(changed: ViewInfo[]): void {
    const by = new Map(changed.map((view) => [view.id, view]));
    if (changed.some((view) => !this.#all.some((known) => known.id === view.id))) void this.load();
    this.#all = this.#all.map((view) => by.get(view.id) ?? view);
  }
}
