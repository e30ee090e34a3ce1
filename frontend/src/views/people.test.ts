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
