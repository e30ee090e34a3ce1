import { expect, test } from 'vitest';
import { fitting, line, ticks, took, tookRound } from './chart';

test('the grid is round, begins at nothing and reaches the most', () => {
  for (const unit of ['count', 'minutes'] as const) {
    for (const most of [0, 1, 2, 3, 7, 19, 99, 100, 101, 999, 12_345, 400_000]) {
      const grid = ticks(most, unit);
      expect(grid[0]).toBe(0);
      expect(grid.at(-1)).toBeGreaterThanOrEqual(most);
      expect(grid.length).toBeGreaterThan(1);
      expect(grid.length).toBeLessThan(12);
    }
  }
  expect(ticks(3, 'share')).toEqual([0, 50, 100]);
});

test('a length of time is said as people say it', () => {
  expect([0, 59, 60, 61, 2879, 2880, 3000].map(took)).toEqual(['0\u00a0min', '59\u00a0min', '1\u00a0h', '1\u00a0h\u00a01', '47\u00a0h\u00a059', '2\u00a0days', '2\u00a0days 2\u00a0h']);
  expect([0, 30, 120, 1440].map(tookRound)).toEqual(['0', '30\u00a0min', '2\u00a0h', '1\u00a0d']);
});

test('a line breaks where nothing was measured, and labels never run into each other', () => {
  expect(line([1, 2, null, 4, null], (i) => i, (v) => v)).toBe('M0.0 1.0L1.0 2.0M3.0 4.0');
  expect(fitting(30, 420, 52)).toEqual([1, 5, 9, 13, 17, 21, 25, 29]);
  expect(fitting(7, 420, 52)).toHaveLength(7);
});
