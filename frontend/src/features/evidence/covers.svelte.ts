import type { Hidden } from '$lib/backend';

type Size = { width: number; height: number };
export type Cover = Hidden & { id: number };

const kept = (n: number, most: number): number => Math.min(Math.max(Math.round(n), 0), most);

/** The part between two corners, as far as it lies in the picture. */
export function between(a: { x: number; y: number }, b: { x: number; y: number }, of: Size): Hidden {
  const [x, y] = [kept(Math.min(a.x, b.x), of.width), kept(Math.min(a.y, b.y), of.height)];
  return { x, y, w: kept(Math.max(a.x, b.x), of.width) - x, h: kept(Math.max(a.y, b.y), of.height) - y };
}

/** Moved, and never out of the picture. */
export const moved = (c: Hidden, dx: number, dy: number, of: Size): Hidden => ({ ...c, x: kept(c.x + dx, of.width - c.w), y: kept(c.y + dy, of.height - c.h) });

/** Made larger or smaller at its end, never less than can be seen. */
export function grown(c: Hidden, dw: number, dh: number, of: Size): Hidden {
  const least = Math.ceil(Math.max(of.width, of.height) / 200);
  return { ...c, w: Math.max(Math.min(Math.round(c.w + dw), of.width - c.x), Math.min(least, of.width - c.x)), h: Math.max(Math.min(Math.round(c.h + dh), of.height - c.y), Math.min(least, of.height - c.y)) };
}

/** What an arrow does to a part: it moves it, with Shift it makes it larger or smaller. null: the key is none of these. */
export function stepped(c: Hidden, key: string, size: boolean, of: Size): Hidden | null {
  const [sx, sy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key] ?? [0, 0];
  if (sx === 0 && sy === 0) return null;
  const step = Math.max(Math.round(Math.max(of.width, of.height) / 100), 1);
  return (size ? grown : moved)(c, (sx ?? 0) * step, (sy ?? 0) * step, of);
}

/** The covered parts of a picture; every change can be undone. */
export class Covers {
  all = $state.raw<Cover[]>([]);
  #past = $state.raw<Cover[][]>([]);
  #next = 1;

  get undoable(): boolean {
    return this.#past.length > 0;
  }

  add(part: Hidden): number {
    const id = this.#next++;
    this.#put([...this.all, { ...part, id }]);
    return id;
  }

  change(id: number, part: Hidden): void {
    this.#put(this.all.map((c) => (c.id === id ? { ...part, id } : c)));
  }

  remove(id: number): void {
    this.#put(this.all.filter((c) => c.id !== id));
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (!before) return;
    this.all = before;
    this.#past = this.#past.slice(0, -1);
  }

  #put(all: Cover[]): void {
    this.#past = [...this.#past.slice(-200), this.all];
    this.all = all;
  }
}
