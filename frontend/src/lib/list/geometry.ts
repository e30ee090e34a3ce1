import type { Section } from '../backend';

/** Sizes in CSS pixels. */
export type Sizes = { row: number; head: number };

export type Item =
  | { kind: 'head'; section: Section; top: number }
  | { kind: 'row'; index: number; top: number };

/**
 * Where rows and headings of a list stand. Every row has one height and every
 * heading one, so a place is a multiplication: 100,000 rows cost what ten cost.
 */
export class Geometry {
  readonly total: number;
  readonly sections: Section[];
  readonly sizes: Sizes;

  constructor(total: number, sections: Section[], sizes: Sizes) {
    this.total = total;
    this.sections = sections.filter((s) => s.count > 0);
    this.sizes = sizes;
  }

  get height(): number {
    return this.total * this.sizes.row + this.sections.length * this.sizes.head;
  }

  /** Headings that stand above a row. */
  #heads(index: number): number {
    let [lo, hi] = [0, this.sections.length];
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((this.sections[mid]?.start ?? 0) <= index) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  top(index: number): number {
    return index * this.sizes.row + this.#heads(index) * this.sizes.head;
  }

  /** The row at a height; a heading counts as the row under it. */
  at(y: number): number {
    if (this.total === 0) return -1;
    let index = Math.floor(y / this.sizes.row);
    index = Math.min(index, this.total - 1);
    while (index > 0 && this.top(index) > y) index--;
    return Math.max(0, index);
  }

  /** What stands between two heights, in order. */
  items(from: number, to: number): Item[] {
    if (this.total === 0) return [];
    const first = this.at(Math.max(0, from));
    const last = Math.min(this.total - 1, Math.max(first, this.at(Math.max(0, to))));
    const items: Item[] = [];
    for (let index = first; index <= last; index++) {
      const top = this.top(index);
      const section = this.sections[this.#heads(index) - 1];
      if (section?.start === index) items.push({ kind: 'head', section, top: top - this.sizes.head });
      items.push({ kind: 'row', index, top });
    }
    return items;
  }

  /** The section a height lies in, for the heading that stays at the top. */
  section(y: number): Section | undefined {
    const index = this.at(y);
    return this.sections[this.#heads(index) - 1];
  }
}
