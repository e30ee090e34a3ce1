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
const press = (name: string, shiftKey = false) => key(desk, name, { shiftKey });

async function open(subject: string, options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const view = renderIn(desk, Ticket);
  desk.selection.open(fake.tickets.find((t) => t.subject.startsWith(subject))?.id ?? '');
  await settle();
  return view;
}

afterEach(() => close());

test('who helps is asked by key, and stands in the head and where the message goes', async () => {
  const { container } = await open('Phone asks');
  press('H', true);
  await settle();
  expect(await violations(container)).toEqual([]);
  await user.type(at('helpers-query'), 'Marek{Enter}');
  await settle();
  expect(fake.tickets.find((t) => t.id === desk.selection.ticket)?.helpers).toEqual(['marek']);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await settle();
  expect(at('goes-to')).toHaveTextContent('Marek Dvořák (helps)');
});

test('a customer sees whom their words reach before they send them', async () => {
  await open('Newsletter pictures', { as: 'customer' });
  expect(at('goes-to')).toHaveTextContent(/^Goes to/);
  expect(at('goes-to')).toHaveTextContent(/\((engineer|the team)\)/);
});

test('given to another, it may be said why', async () => {
  await open('Phone asks');
  const assign = vi.spyOn(fake, 'assign');
  press('a');
  await settle();
  await user.type(at('assign-query'), 'Anna{Enter}');
  await settle();
  press('a');
  await settle();
  await user.type(at('assign-reason'), 'He knows the setup');
  await user.type(at('assign-query'), 'Marek{Enter}');
  await settle();
  expect(assign.mock.lastCall).toEqual([desk.selection.ticket, 'marek', 'He knows the setup', []]);
});

test('who is put in copy reads from now on, unless whoever adds them lets them read all of it', async () => {
  await open('Phone asks');
  const mine = () => fake.tickets.find((t) => t.id === desk.selection.ticket);
  press('C', true);
  await settle();
  await user.type(at('people-query'), 'Marek{Enter}');
  await settle();
  expect(mine()?.later).toHaveProperty('marek');
  expect(at('people-dialog')).toHaveTextContent(/reads from \d\d:\d\d on/);
  await user.click(screen.getByRole('button', { name: 'Let read all: Marek Dvořák' }));
  await settle();
  expect(mine()?.later).toEqual({});
  await user.click(at('whole'));
  await user.type(at('people-query'), 'Anna{Enter}');
  await settle();
  expect(mine()?.ccs).toContain('anna');
  expect(mine()?.later).toEqual({});
});

test('who came in later reads that there was something before, and has nothing to fetch', async () => {
  const { container } = await open('Newsletter pictures', { as: 'customer' });
  const t = fake.tickets.find((x) => x.id === desk.selection.ticket);
  if (!t) throw new Error('not there');
  t.begins = 2;
  fake.emit('ticket', { id: t.id });
  await settle();
  expect(at('came-in')).toHaveTextContent('You were put in copy here.');
  expect(screen.queryByRole('button', { name: 'Show' })).toBeNull();
  expect(await violations(container)).toEqual([]);
});
