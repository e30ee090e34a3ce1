import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(who: 'staff' | 'customer' = 'staff', requester = 'elif') {
  const opened = await openDesk({ rows: 0, as: who });
  const ticket = opened.fake.tickets.find((t) => t.requester === requester && t.status === 'in_progress');
  if (!ticket) throw new Error('no ticket');
  const view = renderIn(opened.desk, Ticket);
  opened.desk.selection.open(ticket.id);
  await settle();
  const press = (name: string) => key(opened.desk, name);
  return { ...opened, ticket, view, press };
}

test('a slash calls the ready answers, and what is chosen stands there to be read, with what goes with it', async () => {
  const { fake, ticket, view } = await open();
  const reply = vi.spyOn(fake, 'reply');
  await user.type(at('reply-text'), 'First. /dns');
  await settle();
  expect(within(screen.getByRole('listbox', { name: 'Ready answers' })).getAllByRole('option')).toHaveLength(1);
  await user.keyboard('{Enter}');
  await settle();
  expect(at('reply-text')).toHaveValue('First. Hello Elif,\n\nthe record is set.');
  expect(at('also')).toHaveTextContent('then waiting on customer');
  expect(at('also')).toHaveTextContent('tag dns');
  expect(reply).not.toHaveBeenCalled();
  expect(await violations(view.container)).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Leave out: priority low' }));
  await settle();
  await user.keyboard('{Control>}{Enter}{/Control}');
  await settle();
  const also = { then: 'waiting_customer', addTags: ['dns'], removeTags: [], assign: '', assignFrom: '', priority: '', priorityFrom: '' };
  expect(reply).toHaveBeenCalledExactlyOnceWith(ticket.id, 'First. Hello Elif,\n\nthe record is set.', [], expect.anything(), '', expect.objectContaining({ also }));
  expect(ticket.tags).toContain('dns');
  expect(ticket.status).toBe('waiting_customer');
  expect(screen.queryByTestId('also')).toBeNull();
});

test('a key opens them, arrows choose, and Escape leaves nothing behind', async () => {
  const { press } = await open();
  press('m');
  await settle();
  expect(at('reply-text')).toHaveFocus();
  expect(at('reply-text')).toHaveValue('/');
  await user.keyboard('{Escape}');
  await settle();
  expect(at('reply-text')).toHaveValue('');
  expect(screen.queryByRole('listbox')).toBeNull();
  press('m');
  await settle();
  await user.keyboard('{ArrowDown}{Enter}');
  await settle();
  expect(at('reply-text')).toHaveValue('Hello Elif,\n\nit is done.');
  expect(at('also')).toHaveTextContent('then solved');
});

test('one that names what the ticket lacks says so and inserts nothing', async () => {
  const { ticket } = await open();
  ticket.owner = '';
  await user.type(at('reply-text'), '/who');
  await settle();
  await user.keyboard('{Enter}');
  await settle();
  expect(at('reply-text')).toHaveValue('/who');
  expect(screen.getByText(/names the owner, and this ticket has none/)).toBeInTheDocument();
  expect(screen.queryByTestId('also')).toBeNull();
});

test('what goes with a message survives with its draft', async () => {
  const { desk, fake, ticket, press } = await open();
  press('m');
  await settle();
  await user.keyboard('{ArrowDown}{Enter}');
  await settle();
  await vi.waitFor(() => expect(ticket.draft?.beside.also?.then).toBe('solved'));
  expect(desk.session.staff && fake.calls).toBeTruthy();
});

test('a slash within a word or a path is one, and customers have no ready answers', async () => {
  const { view } = await open();
  await user.type(at('reply-text'), 'and/or https://x.example/a');
  await settle();
  expect(screen.queryByRole('listbox')).toBeNull();
  view.unmount();
  const { press } = await open('customer');
  await user.type(at('reply-text'), '/do');
  press('m');
  await settle();
  expect(at('reply-text')).toHaveValue('/do');
  expect(screen.queryByRole('listbox')).toBeNull();
});
