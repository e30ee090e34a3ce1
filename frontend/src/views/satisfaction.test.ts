import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(as: 'staff' | 'customer', score: '' | 'good' | 'bad' = '') {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as });
  const ticket = opened.fake.tickets.find((t) => t.requester === 'elif');
  if (!ticket) throw new Error('no ticket of hers');
  Object.assign(ticket, { status: 'solved', rating: { asked: new Date().toISOString(), score, comment: score ? 'quick' : '', at: '' } });
  const view = renderIn(opened.desk, Ticket);
  opened.desk.selection.open(ticket.id);
  opened.desk.toggleDetails(true);
  await settle();
  const press = (name: string) => key(opened.desk, name);
  return { ...opened, ticket, view, press };
}

test('who asked for it says how it was in one click, adds words if they like, and changes their mind', async () => {
  const { fake, ticket, view } = await open('customer');
  const rate = vi.spyOn(fake, 'rate');
  expect(at('rate')).toHaveTextContent('This is solved. How was it?');
  expect(screen.queryByTestId('rate-comment')).toBeNull();
  expect(await violations(view.container)).toEqual([]);
  await user.click(at('rate-good'));
  await settle();
  expect(rate).toHaveBeenLastCalledWith(ticket.id, 'good', '');
  expect(at('rate-good')).toHaveAttribute('aria-pressed', 'true');
  await user.type(at('rate-comment'), 'Quick answer{Enter}');
  await settle();
  expect(rate).toHaveBeenLastCalledWith(ticket.id, 'good', 'Quick answer');
  await user.click(at('rate-bad'));
  await settle();
  expect(rate).toHaveBeenLastCalledWith(ticket.id, 'bad', 'Quick answer');
  expect(ticket.status).toBe('solved');
});

test('by the keyboard, too', async () => {
  const { fake, ticket, press } = await open('customer');
  const rate = vi.spyOn(fake, 'rate');
  press('+');
  await settle();
  expect(rate).toHaveBeenLastCalledWith(ticket.id, 'good', '');
});

test('the team reads it and is not asked', async () => {
  const { fake, press } = await open('staff', 'bad');
  const rate = vi.spyOn(fake, 'rate');
  expect(at('rating')).toHaveTextContent('Not satisfied');
  expect(at('rating')).toHaveTextContent('quick');
  expect(screen.queryByTestId('rate')).toBeNull();
  press('+');
  await settle();
  expect(rate).not.toHaveBeenCalled();
});

test('once it is open again nobody is asked', async () => {
  const { desk, fake, ticket } = await open('customer', 'good');
  ticket.status = 'in_progress';
  fake.emit('ticket', { id: ticket.id });
  await settle();
  expect(screen.queryByTestId('rate')).toBeNull();
  expect(desk.place).toBe('inbox');
});
