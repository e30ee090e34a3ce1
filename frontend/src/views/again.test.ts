import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { lasted } from '../features/ticket/dialogs/call';
import NewRequest from './NewRequest.svelte';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

test('the same problem again begins a new request, prefilled, that names what solved it then', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  const before = fake.tickets.find((t) => t.requester === 'elif')!;
  Object.assign(before, { status: 'solved', resolution: 'The quota was full; it is larger now.' });
  const ticket = renderIn(desk, Ticket);
  desk.selection.open(before.id);
  await settle();
  await user.click(at('can-again'));
  await settle();
  expect(desk.place).toBe('new');
  ticket.unmount();
  const view = renderIn(desk, NewRequest);
  await settle();
  expect(at('new-subject')).toHaveValue(before.subject);
  expect(at('new-follows')).toHaveTextContent(`Follows on ${before.number}, ${before.subject}`);
  expect(at('new-follows')).toHaveTextContent('What solved it then: The quota was full; it is larger now.');
  expect(at('new-text')).toHaveValue('');
  expect(await violations(view.container)).toEqual([]);
  const sent = vi.spyOn(fake, 'openTicket');
  await user.type(at('new-text'), 'It is back.');
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ recurs: before.id, subject: before.subject, text: 'It is back.' });
});

test('what is open goes on and is not begun again', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  const open = fake.tickets.find((t) => t.requester === 'elif' && t.status !== 'solved' && t.status !== 'closed')!;
  const again = vi.spyOn(fake, 'sameAgain');
  renderIn(desk, Ticket);
  desk.selection.open(open.id);
  await settle();
  expect(screen.queryByTestId('can-again')).toBeNull();
  key(desk, 'f');
  expect(again).not.toHaveBeenCalled();
});

test('calling from the ticket counts the minutes into the log', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0 });
  const ticket = fake.tickets.find((t) => t.requester === 'miriam')!;
  const dialled = vi.spyOn(fake, 'openLink');
  const logged = vi.spyOn(fake, 'logCall');
  const began = new Date();
  const view = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  desk.toggleDetails(true);
  await settle();
  await user.click(screen.getAllByTestId('call-number-out')[0]!);
  expect(dialled).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^tel:\+?[0-9]+$/));
  expect(at('calling')).toHaveTextContent('Called +44');
  expect(await violations(view.container)).toEqual([]);
  vi.spyOn(desk.clock, 'now', 'get').mockReturnValue(new Date(began.getTime() + 7 * 60_000));
  await user.click(at('calling-log'));
  await settle();
  expect(at('call-minutes')).toHaveValue('7');
  expect((at('call-number') as HTMLInputElement).value).toMatch(/^\+44/);
  await user.click(at('call-dialog-go'));
  await settle();
  expect(logged.mock.calls[0]?.[1]).toMatchObject({ direction: 'out', outcome: 'spoke', minutes: 7 });
  expect(Math.abs(Date.parse(logged.mock.calls[0]![1].started) - began.getTime())).toBeLessThan(120_000);
  expect(screen.queryByTestId('calling')).toBeNull();
});

test('no call, no log', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0 });
  const ticket = fake.tickets.find((t) => t.requester === 'miriam')!;
  renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  desk.toggleDetails(true);
  await settle();
  await user.click(screen.getAllByTestId('call-number-out')[0]!);
  await user.click(at('calling-none'));
  await settle();
  expect(screen.queryByTestId('calling')).toBeNull();
});

test('minutes are whole, and none is less than zero', () => {
  const noon = new Date(2026, 10, 29, 12);
  expect(lasted(noon, new Date(2026, 10, 29, 12, 0, 29))).toBe(0);
  expect(lasted(noon, new Date(2026, 10, 29, 12, 6, 31))).toBe(7);
  expect(lasted(noon, new Date(2026, 10, 29, 11))).toBe(0);
});
