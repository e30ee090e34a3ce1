import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(options = {}) {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, ...options });
  const ticket = opened.fake.tickets.find((t) => (options as { as?: string }).as === 'customer' ? t.requester === 'elif' && t.claim.down : t.proposal);
  if (!ticket) throw new Error('nothing is claimed');
  const view = renderIn(opened.desk, Ticket);
  opened.desk.selection.open(ticket.id);
  opened.desk.toggleDetails(true);
  await settle();
  const press = (name: string, shiftKey = false) => key(opened.desk, name, { shiftKey });
  return { ...opened, ticket, view, press };
}

test('a proposed priority stands with its reason, and one key confirms it', async () => {
  const { fake, ticket, view, press } = await open();
  const set = vi.spyOn(fake, 'setPriority');
  expect(at('act-agree')).toHaveTextContent('Proposed: Emergency');
  expect(at('proposal')).toHaveTextContent('Emergency proposed: Several people, work has stopped.');
  expect(at('claim')).toHaveTextContent('Everything we send by mail');
  expect(await violations(view.container)).toEqual([]);
  press('P', true);
  await settle();
  expect(set).toHaveBeenCalledExactlyOnceWith(ticket.id, 'emergency', '', '');
  expect(screen.queryByTestId('act-agree')).toBeNull();
  expect(at('claim')).toHaveTextContent('Everything we send by mail');
  press('P', true);
  await settle();
  expect(set).toHaveBeenCalledOnce();
});

test('another priority than the proposed one asks why', async () => {
  const { fake, ticket } = await open();
  const set = vi.spyOn(fake, 'setPriority');
  await user.click(at('act-priority'));
  await user.click(screen.getByRole('menuitemradio', { name: /^Normal/ }));
  await settle();
  await user.click(at('priority-dialog-go'));
  expect(set).not.toHaveBeenCalled();
  await user.type(at('priority-reason'), 'they have a second line');
  await user.click(at('priority-dialog-go'));
  await settle();
  expect(set).toHaveBeenCalledExactlyOnceWith(ticket.id, 'normal', 'they have a second line', '');
});

test('customers read their own claim and nothing that is proposed', async () => {
  const { press, fake } = await open({ as: 'customer' });
  const set = vi.spyOn(fake, 'setPriority');
  expect(at('claim')).toHaveTextContent('Paying in the shop');
  expect(screen.queryByTestId('act-agree')).toBeNull();
  press('P', true);
  expect(set).not.toHaveBeenCalled();
});
