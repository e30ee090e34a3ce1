import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import type { Options } from '../lib/backend/fake/desk';
import Shell from './Shell.svelte';

async function shell(options: Partial<Options> = {}) {
  const opened = await openDesk(options);
  const view = renderIn(opened.desk, Shell);
  const keys = (event: KeyboardEvent) => opened.desk.actions.handle(event);
  window.addEventListener('keydown', keys);
  await settle();
  return { ...opened, ...view, user: userEvent.setup(), end: () => window.removeEventListener('keydown', keys) };
}

test('t takes the head of the queue and opens it, and one however long it is held', async () => {
  const { desk, fake, user, end } = await shell();
  const waiting = fake.tickets.filter((t) => !t.owner && ['new', 'triage', 'in_progress'].includes(t.status));
  const ask = vi.spyOn(fake, 'takeNext');
  await user.keyboard('t');
  await settle();
  // A key that is held down comes again and again.
  for (let i = 0; i < 3; i++) window.dispatchEvent(new KeyboardEvent('keydown', { key: 't', repeat: true }));
  await settle();
  expect(ask).toHaveBeenCalledTimes(1);
  const taken = fake.tickets.find((t) => t.id === desk.selection.ticket);
  expect(taken?.owner).toBe(fake.me.id);
  expect(waiting).toContain(taken);
  expect(screen.getByTestId('ticket-subject')).toHaveTextContent(taken?.subject ?? '');
  end();
});

test('a list of what waits has a button for it, and the sheet of keys names it', async () => {
  const { desk, fake, user, end } = await shell();
  await user.keyboard('gu');
  await settle();
  const ask = vi.spyOn(fake, 'takeNext');
  await user.click(screen.getByTestId('take-next'));
  await settle();
  expect(ask).toHaveBeenCalledWith('', '');
  desk.show('keys');
  await settle();
  const sheet = screen.getByRole('dialog', { name: 'Keys' });
  expect(sheet).toHaveTextContent('Take the next ticket');
  expect(sheet).toHaveTextContent('Skip to the next');
  end();
});

test('who is offline reads why at once, and Escape puts it away', async () => {
  const { container, desk, user, end } = await shell({ state: 'offline' });
  await user.keyboard('t');
  await settle();
  expect(screen.getByTestId('not-taken')).toHaveTextContent('You are offline, so no ticket can be taken.');
  expect(desk.selection.ticket).toBe('');
  expect(await violations(container)).toEqual([]);
  await user.keyboard('{Escape}');
  await settle();
  expect(screen.queryByTestId('not-taken')).toBeNull();
  end();
});

test('skipping asks for a reason and opens the next', async () => {
  const { desk, fake, user, end } = await shell();
  await user.keyboard('t');
  await settle();
  const first = desk.selection.ticket;
  const ask = vi.spyOn(fake, 'takeNext');
  await user.keyboard('{Shift>}T{/Shift}');
  await settle();
  await user.click(screen.getByTestId('skip-dialog-go'));
  expect(screen.getByRole('alert')).toHaveTextContent('Say why, so that the others know.');
  expect(ask).not.toHaveBeenCalled();
  await user.type(screen.getByTestId('skip-reason'), 'Not my field');
  await user.click(screen.getByTestId('skip-dialog-go'));
  await settle();
  expect(ask).toHaveBeenCalledWith(first, 'Not my field');
  expect(fake.tickets.find((t) => t.id === first)?.owner).toBe('');
  expect(desk.selection.ticket).not.toBe(first);
  expect(fake.tickets.find((t) => t.id === desk.selection.ticket)?.owner).toBe(fake.me.id);
  expect(screen.queryByTestId('skip-dialog')).toBeNull();
  end();
});

test('customers have no queue', async () => {
  const { fake, user, end } = await shell({ as: 'customer' });
  const ask = vi.spyOn(fake, 'takeNext');
  await user.keyboard('t');
  await settle();
  expect(ask).not.toHaveBeenCalled();
  expect(screen.queryByTestId('take-next')).toBeNull();
  end();
});
