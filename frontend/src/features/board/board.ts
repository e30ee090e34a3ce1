import type { Board } from '$lib/backend';
import { t } from '$lib/language';

/** What is shown behind a figure; below 0 is all of it. */
export type Chosen = { department: string; age: number; due: number; owner: string; title: string };

export const empty: Board = { queues: [], people: [] };

/** The bands of a queue's cells, in their order. */
export const ages = [
  { id: 0, get name() { return t('under a day'); } },
  { id: 1, get name() { return t('1 to 3 days'); } },
  { id: 2, get name() { return t('3 to 7 days'); } },
  { id: 3, get name() { return t('over a week'); } },
];

export const dues = [
  { id: 0, get name() { return t('Late'); } },
  { id: 1, get name() { return t('Within the hour'); } },
  { id: 2, get name() { return t('Within a day'); } },
  { id: 3, get name() { return t('Later'); } },
  { id: 4, get name() { return t('Nothing due'); } },
];

export const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
