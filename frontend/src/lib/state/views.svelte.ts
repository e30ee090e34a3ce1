import type { Backend, ViewInfo } from '../backend';
import { heard } from '../language';

/** The lists there are, and the one being looked at. */
export class Views {
  #all = $state.raw<ViewInfo[]>([]);
  readonly #said = $derived(this.#all.map((view) => ({ ...view, title: heard(view.title), empty: heard(view.empty) })));
  #id = $state('');
  #dropped = $state.raw<ViewInfo | null>(null);
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

  /** The view that was deleted last, until it is back or dismissed. */
  get dropped(): ViewInfo | null {
    return this.#dropped;
  }

  async drop(view: ViewInfo): Promise<void> {
    await this.#backend.dropView(view.id);
    this.#dropped = view;
    await this.load();
  }

  /** Brings it back as it was, and gives its id. */
  async restore(): Promise<string> {
    const view = this.#dropped;
    if (!view?.saved) return '';
    const id = await this.#backend.saveView(view.id, view.saved);
    this.#dropped = null;
    await this.load();
    return id;
  }

  dismiss(): void {
    this.#dropped = null;
  }

  async move(view: ViewInfo, up: boolean): Promise<void> {
    await this.#backend.moveView(view.id, up);
    await this.load();
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
