import type { Board } from '$lib/backend';

/** What is shown behind a figure; below 0 is all of it. */
export type Chosen = { department: string; age: number; due: number; owner: string; title: string };

export const empty: Board = { queues: [], people: [] };

/** The bands of a queue's cells, in their order. */
export const ages = [
  { id: 0, name: 'under a day' },
  { id: 1, name: '1 to 3 days' },
  { id: 2, name: '3 to 7 days' },
  { id: 3, name: 'over a week' },
];

export const dues = [
  { id: 0, name: 'Late' },
  { id: 1, name: 'Within the hour' },
  { id: 2, name: 'Within a day' },
  { id: 3, name: 'Later' },
  { id: 4, name: 'Nothing due' },
];

export const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
