import { expect, test, vi } from 'vitest';
import type { Connection } from '../backend';
import { FakeDesk } from '../backend/fake';
import { Line } from './connection.svelte';

const of = (part: Partial<Connection>): Connection => ({ state: 'live', asOf: '', since: '', retry: '', done: 0, total: 0, fault: null, waiting: 0, needsYou: 0, tickets: 0, oldest: '', unread: 0, ...part });

test('back online says what went out, once everything has been answered', () => {
  const line = new Line(new FakeDesk());
  line.take(of({}), 0);
  line.take(of({ state: 'offline', waiting: 3 }), 1000);
  expect(line.offline).toBe(true);
  line.take(of({ state: 'syncing', waiting: 4 }), 60_000);
  line.take(of({ state: 'live', waiting: 2 }), 60_200);
  expect(line.returned).toBeNull();
  line.take(of({ state: 'live', waiting: 0, needsYou: 1 }), 60_400);
  expect(line.returned).toEqual({ waited: 3, needsYou: 1, seconds: 0.4 });
  line.dismiss();
  line.take(of({ state: 'live' }), 61_000);
  expect(line.returned).toBeNull();
});

test('a blink nobody noticed shows no banner', () => {
  const line = new Line(new FakeDesk());
  line.take(of({ state: 'offline' }), 0);
  line.take(of({ state: 'connecting' }), 2000);
  line.take(of({ state: 'live' }), 2400);
  expect(line.returned).toBeNull();
});

test('the first sync is filling until all is here', () => {
  const line = new Line(new FakeDesk());
  line.take(of({ state: 'syncing', done: 10, total: 20 }));
  expect(line.filling).toBe(true);
  line.take(of({ state: 'live', done: 20, total: 20 }));
  expect(line.filling).toBe(false);
});

test('trying now asks the program, and the line tells when it tries next', async () => {
  const desk = new FakeDesk({ state: 'offline' });
  const line = new Line(desk);
  const stop = line.listen();
  await line.load();
  const before = line.now.retry;
  expect(Date.parse(before)).toBeGreaterThan(Date.now());
  const asked = vi.spyOn(desk, 'tryNow');
  await new Promise((done) => setTimeout(done, 5));
  await line.tryNow();
  expect(asked).toHaveBeenCalledOnce();
  expect(Date.parse(line.now.retry)).toBeGreaterThan(Date.parse(before));
  stop();
});
