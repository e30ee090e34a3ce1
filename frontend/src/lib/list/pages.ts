import type { Row, RowPage } from '../backend';

/** Rows in one page of the cache. A screen shows at most forty. */
export const PAGE = 100;
/** Pages kept before the ones farthest away are let go. */
const KEEP = 40;

/**
 * The rows of one version of one view that have been fetched, in whole pages.
 * Rows of two versions are never mixed: positions mean nothing across them.
 */
export class Pages {
  readonly version: number;
  #pages = new Map<number, Row[]>();

  constructor(version: number) {
    this.version = version;
  }

  put(page: RowPage): void {
    for (let i = 0; i < page.rows.length; i += PAGE) {
      this.#pages.set(Math.floor((page.from + i) / PAGE), page.rows.slice(i, i + PAGE));
    }
    if (this.#pages.size > KEEP) this.#trim(Math.floor(page.from / PAGE));
  }

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  has(page: number): boolean {
    return this.#pages.has(page);
  }

  find(id: string): number {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  /** Missing pages that hold the rows, and one more on each side. */
  missing(first: number, last: number, total: number): number[] {
    const end = Math.floor(Math.max(0, total - 1) / PAGE);
    const from = Math.floor(first / PAGE);
    const to = Math.min(end, Math.floor(last / PAGE));
    const want: number[] = [];
    for (let page = from; page <= to; page++) want.push(page);
    want.push(to + 1, from - 1);
    return want.filter((page) => page >= 0 && page <= end && !this.#pages.has(page));
  }

  #trim(near: number): void {
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const page of far.slice(0, this.#pages.size - KEEP)) this.#pages.delete(page);
  }
}
