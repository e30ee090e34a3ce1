import { t } from '$lib/language';

// The geometry of charts and the words of their values. Nothing here draws.

/** What one line or one set of bars shows; null is where nothing was measured. */
export type Series = { name: string; values: (number | null)[] };
/** A place on the axis: short under it, long in the table and read aloud. */
export type Point = { short: string; long: string };

/** A round step so that a few of them reach most. */
export function step(most: number, unit: 'count' | 'minutes' | 'share'): number {
  if (unit === 'share') return 50;
  const steps = unit === 'minutes' ? [5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080, 20160, 43200] : [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000];
  return steps.find((s) => most / s <= 4) ?? 10 ** Math.ceil(Math.log10(most / 4));
}

/** The lines of the grid, from 0 up to at least most. */
export function ticks(most: number, unit: 'count' | 'minutes' | 'share'): number[] {
  const by = step(Math.max(most, 1), unit);
  const n = unit === 'share' ? 2 : Math.max(1, Math.ceil(most / by));
  return Array.from({ length: n + 1 }, (_, i) => i * by);
}

/** How long something took: "12 min", "3 h 20", "2 days 4 h". */
export function took(minutes: number): string {
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (minutes < 60) return t('{n}\u00a0min', { n: minutes });
  if (minutes < 2880) return minutes % 60 ? t('{h}\u00a0h\u00a0{n}', { h: Math.floor(minutes / 60), n: minutes % 60 }) : t('{h}\u00a0h', { h: minutes / 60 });
  return hours ? t('{d}\u00a0days {h}\u00a0h', { d: days, h: hours }) : t('{d}\u00a0days', { d: days });
}

/** The same at the edge of a chart, where it is a round one. */
export const tookRound = (minutes: number): string => (minutes === 0 ? '0' : minutes % 1440 === 0 ? t('{d}\u00a0d', { d: minutes / 1440 }) : minutes % 60 === 0 ? t('{h}\u00a0h', { h: minutes / 60 }) : t('{n}\u00a0min', { n: minutes }));

/** Which of n labels fit, each so wide: every so many-th, the last one always. */
export function fitting(n: number, width: number, each: number): number[] {
  const every = Math.max(1, Math.ceil((n * each) / Math.max(width, 1)));
  return Array.from({ length: n }, (_, i) => i).filter((i) => (n - 1 - i) % every === 0);
}

/** The path of a line, broken where nothing was measured. */
export function line(values: (number | null)[], x: (i: number) => number, y: (v: number) => number): string {
  let path = '';
  let up = true;
  values.forEach((v, i) => {
    if (v !== null) path += `${up ? 'M' : 'L'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    up = v === null;
  });
  return path;
}
