import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
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

async function open(options: Partial<Options>, copied = false) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const ticket = fake.tickets.find((t) => (copied ? t.requester !== fake.me.id : t.subject.startsWith('Newsletter pictures') || t.subject.startsWith('Phone asks')));
  if (!ticket) throw new Error('no ticket');
  if (copied) ticket.ccs = [fake.me.id];
  const shown = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  return { ...shown, ticket };
}

afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('how much one wants to hear is chosen by key, for the ticket and for what it is about', async () => {
  const { container } = await open({});
  const follow = vi.spyOn(fake, 'follow');
  await press('O', true);
  expect(at('follow-dialog')).toHaveTextContent('This ticket');
  expect(at('follow-dialog')).toHaveTextContent('Everything about Mail Pro 25');
  expect(at('follow-ticket-usual')).toHaveAttribute('aria-checked', 'true');
  expect(screen.queryByTestId('follow-service-none')).toBeNull();
  expect(screen.queryByTestId('follow-leave')).toBeNull();
  expect(await violations(container)).toEqual([]);
  await user.click(at('follow-ticket-replies'));
  await settle();
  expect(follow).toHaveBeenLastCalledWith(desk.selection.ticket, 'ticket', '', '', '', 'replies');
  expect(at('follow-ticket-replies')).toHaveAttribute('aria-checked', 'true');
  await user.keyboard('{ArrowRight}');
  await settle();
  expect(follow).toHaveBeenLastCalledWith(desk.selection.ticket, 'ticket', '', '', '', 'turn');
  await user.click(at('follow-service-all'));
  await settle();
  expect(follow).toHaveBeenLastCalledWith(desk.selection.ticket, 'service', expect.any(String), 'service', 's1', 'all');
});

test('somebody in copy has a level for all of that, and leaves', async () => {
  const { ticket } = await open({ as: 'customer' }, true);
  await press('O', true);
  expect(at('follow-dialog')).toHaveTextContent('All requests you are in copy of');
  await user.click(at('follow-copies-none'));
  await settle();
  expect(at('follow-copies-none')).toHaveAttribute('aria-checked', 'true');
  const leave = vi.spyOn(fake, 'setCCs');
  await user.click(at('follow-leave'));
  await settle();
  expect(leave).toHaveBeenCalledWith(ticket.id, [], [fake.me.id], false);
  expect(screen.queryByTestId('follow-dialog')).toBeNull();
});

test('what is refused says why, and stays', async () => {
  await open({ as: 'customer' });
  vi.spyOn(fake, 'follow').mockRejectedValue({ code: 'invalid', message: 'You read only your own requests of this organization.', hint: 'Ask whoever manages it.', field: 'org' });
  await press('O', true);
  await user.click(at('follow-organization-all'));
  await settle();
  expect(at('follow-dialog')).toHaveTextContent('You read only your own requests of this organization. Ask whoever manages it.');
});
