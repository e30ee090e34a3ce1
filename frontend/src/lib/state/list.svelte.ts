import { heard } from '../language';
import { asFault, type Backend, type Fault, type Row, type RowPage, type Section, type Sort } from '../backend';
import { Geometry, type Sizes } from '../list/geometry';
import { PAGE, Pages } from '../list/pages';

/** What the list looks at; the pane that draws it tells. */
export type Viewport = { top: number; height: number; pointer: number | null };

/**
 * One view as a window over its rows. It asks for pages around what is seen,
 * keeps the old rows on the screen until the new ones are there, and when
 * something changed it moves its own scroll position so that what the person
 * looks at stays where it is. What came in above is announced, not shown.
 */
export class List {
  #view = $state('');
  #total = $state(0);
  #needs = $state(0);
  #sort = $state<Sort>('queue');
  #sections = $state.raw<Section[]>([]);
  readonly #said = $derived(this.#sections.map((s) => ({ ...s, title: heard(s.title) })));
  #pages = $state.raw(new Pages(0));
  /** Counts up with every page that arrives, since Pages itself is not watched. */
  #filled = $state(0);
  #loaded = $state(false);
  #fault = $state.raw<Fault | null>(null);
  #fresh = $state(0);
  /** Set by the list when the pane must scroll; the pane does it and leaves it. */
  #jump = $state.raw<{ top: number } | null>(null);
  #sizes = $state.raw<Sizes>({ row: 50, head: 26 });
  #seen: Viewport = { top: 0, height: 800, pointer: null };
  #asked = new Set<number>();
  #refreshing: Promise<void> | null = null;
  #again = false;
  /** Another order was asked for and has not come yet. */
  #turned = false;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get view(): string {
    return this.#view;
  }
  get total(): number {
    return this.#total;
  }
  get needs(): number {
    return this.#needs;
  }
  /** The order the rows are in. */
  get sort(): Sort {
    return this.#sort;
  }
  get sections(): Section[] {
    return this.#said;
  }
  get loaded(): boolean {
    return this.#loaded;
  }
  get fault(): Fault | null {
    return this.#fault;
  }
  /** Rows that came in above what is seen. */
  get fresh(): number {
    return this.#fresh;
  }
  get jump() {
    return this.#jump;
  }
  readonly geometry = $derived(new Geometry(this.#total, this.#said, this.#sizes));

  /** Rows of one screen, less one to keep one's place. */
  get screenful(): number {
    return Math.max(1, Math.floor(this.#seen.height / this.#sizes.row) - 1);
  }

  row(index: number): Row | undefined {
    void this.#filled;
    return this.#pages.row(index);
  }

  /** The position of a ticket among the rows that are here, -1 if it is not. */
  find(id: string): number {
    void this.#filled;
    return id ? this.#pages.find(id) : -1;
  }

  listen(): () => void {
    return this.#backend.on('rows', (e) => {
      const here = (e.views ?? []).some((view) => view.id === this.#view) || (e.tickets ?? []).some((id) => this.#pages.find(id) >= 0);
      if (here) void this.refresh();
    });
  }

  setSizes(sizes: Sizes): void {
    if (sizes.row === this.#sizes.row && sizes.head === this.#sizes.head) return;
    const top = this.#total ? this.geometry.at(this.#seen.top) : -1;
    this.#sizes = sizes;
    if (top > 0) this.#jump = { top: this.geometry.top(top) };
  }

  async open(view: string): Promise<void> {
    if (view === this.#view && this.#loaded) return;
    this.#view = view;
    this.#fresh = 0;
    this.#turned = false;
    this.#fault = null;
    this.#seen = { ...this.#seen, top: 0 };
    try {
      const page = await this.#backend.rows(view, 0, PAGE);
      if (this.#view === view) this.#replace(page, 0);
    } catch (thrown) {
      if (this.#view !== view) return;
      this.#fault = asFault(thrown);
      this.#loaded = true;
    }
  }

  /** The pane tells what it shows; missing rows are fetched. */
  look(viewport: Viewport): void {
    this.#seen = viewport;
    if (viewport.top <= 4) this.#fresh = 0;
    this.#fetch();
  }

  /** To the top, where the new rows are. */
  showFresh(): void {
    this.#fresh = 0;
    this.#jump = { top: 0 };
  }

  /** Brings a row into sight with the least movement. */
  reveal(index: number): void {
    if (index < 0 || index >= this.#total) return;
    const { row, head } = this.#sizes;
    const headed = this.#sections.some((s) => s.start === index && s.count > 0);
    const top = this.geometry.top(index) - (headed ? head : 0);
    const end = this.geometry.top(index) + row;
    // The heading of the section stays at the top and would cover the row.
    if (top < this.#seen.top + (headed ? 0 : head)) this.#jump = { top: Math.max(0, top - (headed ? 0 : head)) };
    else if (end > this.#seen.top + this.#seen.height) this.#jump = { top: end - this.#seen.height };
  }

  /** Fetches one row that may lie far away. */
  async rowAt(index: number): Promise<Row | undefined> {
    if (index < 0 || index >= this.#total) return undefined;
    const page = Math.floor(index / PAGE);
    if (!this.#pages.has(page)) await this.#load(page);
    return this.#pages.row(index);
  }

  /** Reads the view again where it is being looked at, and holds what is seen in its place. */
  refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#reread().finally(() => {
      this.#refreshing = null;
      if (this.#again) {
        this.#again = false;
        void this.refresh();
      }
    });
    return this.#refreshing;
  }

  /** The person chose another order. Until its rows are there the old ones stay; then the list begins at its top. */
  reorder(): Promise<void> {
    this.#turned = true;
    return this.refresh();
  }

  async #reread(): Promise<void> {
    const view = this.#view;
    if (!view) return;
    try {
      const anchor = this.#anchor();
      const to = anchor ? await this.#backend.position(view, anchor.id) : -1;
      const shift = anchor && to >= 0 ? to - anchor.index : 0;
      const first = Math.max(0, this.geometry.at(this.#seen.top) + shift);
      const from = Math.floor(first / PAGE) * PAGE;
      const page = await this.#backend.rows(view, from, 2 * PAGE);
      if (this.#view !== view) return;
      if (this.#turned && page.sort !== this.#sort) return await this.#turn(view);
      // Another change may have come in between: the anchor counts where it is in these rows.
      const found = anchor ? page.rows.findIndex((row) => row.id === anchor.id) : -1;
      const at = found >= 0 ? page.from + found : to;
      const grown = anchor && at >= 0 ? Math.max(0, at - anchor.index) : 0;
      this.#replace(page, this.#fresh + grown);
      if (anchor && at >= 0) {
        const top = this.geometry.top(at) - anchor.offset;
        if (Math.abs(top - this.#seen.top) >= 1) this.#jump = { top: Math.max(0, top) };
        if (top <= 4) this.#fresh = 0;
      } else {
        this.#fresh = 0;
      }
    } catch (thrown) {
      if (this.#view === view) this.#fault = asFault(thrown);
    }
  }

  async #turn(view: string): Promise<void> {
    const page = await this.#backend.rows(view, 0, PAGE);
    if (this.#view !== view) return;
    this.#turned = false;
    this.#seen = { ...this.#seen, top: 0 };
    this.#replace(page, 0);
    this.#jump = { top: 0 };
  }

  /** The row that must not move: the one under the pointer, else the first that is seen whole. */
  #anchor(): { id: string; index: number; offset: number } | null {
    if (!this.#loaded || this.#total === 0) return null;
    const g = this.geometry;
    const start = this.#seen.pointer === null ? g.at(this.#seen.top + this.#sizes.row - 1) : g.at(this.#seen.top + this.#seen.pointer);
    for (let index = start; index < Math.min(this.#total, start + 40); index++) {
      const row = this.#pages.row(index);
      if (row) return { id: row.id, index, offset: g.top(index) - this.#seen.top };
    }
    return null;
  }

  #replace(page: RowPage, fresh: number): void {
    const pages = new Pages(page.version);
    pages.put(page);
    this.#pages = pages;
    this.#asked.clear();
    this.#meta(page);
    this.#fresh = fresh;
    this.#fault = null;
    this.#loaded = true;
    this.#filled++;
    this.#fetch();
  }

  #meta(page: RowPage): void {
    this.#total = page.total;
    this.#needs = page.needs;
    this.#sort = page.sort;
    this.#sections = page.sections ?? [];
  }

  #fetch(): void {
    if (!this.#loaded || this.#total === 0) return;
    const g = this.geometry;
    const missing = this.#pages.missing(g.at(this.#seen.top), g.at(this.#seen.top + this.#seen.height), this.#total);
    for (const page of missing) void this.#load(page);
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const view = this.#view;
    const pages = this.#pages;
    try {
      const got = await this.#backend.rows(view, page * PAGE, PAGE);
      if (this.#pages !== pages || this.#view !== view) return;
      if (got.version !== pages.version) return void this.refresh();
      pages.put(got);
      this.#filled++;
    } catch (thrown) {
      if (this.#view === view) this.#fault = asFault(thrown);
    } finally {
      if (this.#pages === pages) this.#asked.delete(page);
    }
  }
}
