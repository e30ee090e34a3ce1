import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { PromiseInfo } from '$lib/backend';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Details from '../features/ticket/Details.svelte';
import RequestSide from '../features/ticket/RequestSide.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const press = async (name: string, shiftKey = false) => {
  key(desk, name, { shiftKey });
  await settle();
};
const promise = (id: string, part: Partial<PromiseInfo> = {}): PromiseInfo => ({ id, text: 'I call you', due: new Date(Date.now() + 3_600_000).toISOString(), by: 'Jonas Reiter', mine: true, state: '', missed: false, ...part });

async function open(subject: string, options: Partial<Options> = {}, promises: PromiseInfo[] = []) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const ticket = fake.tickets.find((t) => t.subject.startsWith(subject));
  if (!ticket) throw new Error(`no ticket ${subject}`);
  ticket.owner = 'jonas';
  ticket.promises = promises;
  const shown = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  return shown;
}
const beside = async () => render(Details, { view: await fake.ticket(desk.selection.ticket), now: new Date(), ontags: () => undefined });
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('a promise is made by the keyboard, shown with its time, and settled', async () => {
  const { container } = await open('Phone asks');
  const made = vi.spyOn(fake, 'makePromise');
  await press('y');
  expect(await violations(container)).toEqual([]);
  await user.click(at('promise-dialog-go'));
  expect(screen.getByText('Write what the customer can count on.')).toBeVisible();
  await user.type(at('promise-text'), 'I call you');
  await user.click(screen.getByRole('button', { name: 'Friday 15:00' }));
  await user.click(at('promise-dialog-go'));
  await settle();
  const due = new Date(made.mock.calls[0]?.[2] ?? '');
  expect([made.mock.calls[0]?.[1], due.getDay(), due.getHours()]).toEqual(['I call you', 5, 15]);
  const first = await beside();
  expect(at('promises')).toHaveTextContent('I call you');
  first.unmount();
  const settled = vi.spyOn(fake, 'settlePromise');
  await press('Y', true);
  await user.click(at('became-withdrawn'));
  await user.click(at('promised-dialog-go'));
  expect(settled).not.toHaveBeenCalled();
  await user.type(at('promised-reason'), 'The part did not come');
  await user.click(at('promised-dialog-go'));
  await settle();
  expect(settled).toHaveBeenCalledWith(desk.selection.ticket, expect.any(String), 'withdrawn', 'The part did not come');
  await beside();
  expect(at('promises')).toHaveTextContent('taken back');
});

test('nobody is handed a promise unasked', async () => {
  await open('Phone asks', {}, [promise('p1')]);
  const assigned = vi.spyOn(fake, 'assign');
  await press('a');
  await user.type(at('assign-query'), 'Anna{Enter}');
  await settle();
  expect(assigned).not.toHaveBeenCalled();
  await user.click(at('handover-dialog-go'));
  expect(screen.getByText('Say what becomes of “I call you”.')).toBeVisible();
  await user.click(at('handover-0-passed'));
  await user.click(at('handover-dialog-go'));
  await settle();
  expect(assigned).toHaveBeenCalledWith(desk.selection.ticket, 'anna', '', [{ promise: 'p1', state: 'passed', reason: '' }]);
});

test('passing a ticket on decides on what is promised, too', async () => {
  await open('Phone asks', {}, [promise('p1')]);
  const referred = vi.spyOn(fake, 'refer');
  await press('A', true);
  await user.click(at('refer-to-servers'));
  await user.type(at('refer-reason'), 'It is the server');
  await user.click(at('refer-dialog-go'));
  expect(referred).not.toHaveBeenCalled();
  await user.click(at('handover-0-kept'));
  await user.click(at('refer-dialog-go'));
  await settle();
  expect(referred.mock.calls[0]?.[4]).toEqual([{ promise: 'p1', state: 'kept', reason: '' }]);
});

test('the customer reads what is promised, and can settle nothing', async () => {
  await open('Paying', { as: 'customer' }, [promise('p1', { mine: false }), promise('p2', { text: 'A letter', state: 'kept', missed: true, mine: false })]);
  render(RequestSide, { view: await fake.ticket(desk.selection.ticket), card: undefined, now: new Date() });
  const shown = screen.getAllByTestId('promises').at(-1);
  expect(shown).toHaveTextContent(/I call you.*by .*Jonas Reiter/);
  expect(shown).toHaveTextContent('kept, late');
  expect(screen.queryByRole('button', { name: /Settle/ })).toBeNull();
  await press('y');
  expect(screen.queryByTestId('promise-dialog')).toBeNull();
});

test('a ticket is put aside with a reason and taken back with the same key', async () => {
  const { container } = await open('Phone asks');
  const snoozed = vi.spyOn(fake, 'snooze');
  await press('z');
  expect(await violations(container)).toEqual([]);
  await user.click(at('snooze-answer'));
  await user.click(at('snooze-dialog-go'));
  expect(snoozed).not.toHaveBeenCalled();
  await user.type(at('snooze-reason'), 'She looks for the invoice');
  await user.click(at('snooze-dialog-go'));
  await settle();
  expect(snoozed).toHaveBeenCalledWith(desk.selection.ticket, '', true, 'She looks for the invoice');
  const details = await beside();
  expect(at('snoozed')).toHaveTextContent('Until the customer writes');
  details.unmount();
  expect(at('act-status')).toHaveTextContent('Snoozed');
  await press('z');
  expect(snoozed).toHaveBeenLastCalledWith(desk.selection.ticket, '', false, '');
  await settle();
  expect(fake.tickets.find((t) => t.id === desk.selection.ticket)?.snooze).toBeNull();
});
