import { beforeEach, expect, test, vi } from 'vitest';
import type { TicketView } from '$lib/backend';
import { FakeDesk } from '$lib/backend/fake';
import { settle } from '../../../tests/desk';
import { Reading } from './ticket.svelte';

let fake: FakeDesk;
let reading: Reading;
const idOf = (subject: string): string => fake.tickets.find((t) => t.subject.startsWith(subject))?.id ?? '';

beforeEach(() => {
  fake = new FakeDesk({ rows: 0 });
  reading = new Reading(fake);
});

test('a slow answer for the ticket before never stands under the new one', async () => {
  const slow = idOf('Prescriptions');
  const quick = idOf('Phone asks');
  const read = fake.ticket.bind(fake);
  let free = () => {};
  fake.ticket = async (id) => {
    if (id === slow) await new Promise<void>((done) => (free = done));
    return read(id);
  };
  const first = reading.open(slow);
  const second = reading.open(quick);
  free();
  await Promise.all([first, second]);
  expect(reading.view?.row.id).toBe(quick);
});

test('a ticket that cannot be read says why, and shows no other', async () => {
  await reading.open(idOf('Phone asks'));
  await reading.open('nowhere');
  expect(reading.view).toBeNull();
  expect(reading.fault?.message).toBe('There is no such ticket here.');
});

test('the line of what is new stays where it was when the ticket was opened', async () => {
  const stop = reading.listen();
  const id = idOf('Prescriptions');
  await reading.open(id);
  await settle();
  expect(reading.freshFrom).toBe(5);
  fake.answer(id, 'And another thing.');
  await settle();
  expect(reading.freshFrom).toBe(5);
  expect(reading.entries.at(-1)?.text).toBe('And another thing.');
  stop();
});

test('going back joins earlier entries without a gap or a double, and keeps them', async () => {
  const id = idOf('Prescriptions');
  const whole = await fake.ticket(id);
  const tail = (v: TicketView): TicketView => ({ ...v, entries: v.entries.slice(3), firstSeq: 4 });
  fake.ticket = async () => tail(whole);
  await reading.open(id);
  expect(reading.firstSeq).toBe(4);
  await reading.back();
  expect(reading.entries.map((e) => e.seq)).toEqual([1, 2, 3, 4, 5]);
  await reading.refresh();
  expect(reading.entries.map((e) => e.seq)).toEqual([1, 2, 3, 4, 5]);
});

test('writing is told once, and wears off', async () => {
  vi.useFakeTimers();
  const told = vi.spyOn(fake, 'looking');
  await reading.open(idOf('Phone asks'));
  reading.writing();
  reading.writing();
  expect(told.mock.calls.filter((call: unknown[]) => call[1] === true)).toHaveLength(1);
  vi.advanceTimersByTime(5001);
  expect(told.mock.calls.at(-1)).toEqual([reading.id, false]);
  vi.useRealTimers();
});
