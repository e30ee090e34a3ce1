import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import NotedCalls from './NotedCalls.svelte';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function shell(as: 'staff' | 'customer' = 'staff') {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as });
  renderIn(opened.desk, Shell);
  await settle();
  for (const name of ['g', 'k']) key(opened.desk, name);
  await settle();
  return opened;
}

test('a call is noted under a code by two keys, waits, and is put on a ticket or dropped', async () => {
  const { desk, fake } = await shell();
  expect(at('noted-code')).toHaveFocus();
  await user.click(at('noted-dialog-go'));
  expect(at('noted-dialog')).toHaveTextContent('Type the code they say.');
  await user.type(at('noted-code'), 'k0-qm4');
  await user.type(at('noted-name'), 'Clara Weiss');
  await user.type(at('noted-text'), 'The line is down');
  await user.click(at('noted-dialog-go'));
  await settle();
  // Refused with what was typed still there.
  expect(at('noted-dialog')).toHaveTextContent('letter by letter');
  expect(at('noted-text')).toHaveValue('The line is down');
  await user.clear(at('noted-code'));
  await user.type(at('noted-code'), 'z7-qm9');
  await user.click(at('noted-dialog-go'));
  await settle();
  expect(fake.noted).toMatchObject([{ code: 'Z7-QM9', text: 'The line is down' }]);
  expect(desk.over).toBe('');
  desk.show('noted');
  await settle();
  expect(at('noted-waits')).toHaveTextContent('Clara Weiss');
  await user.click(within(at('noted-waits')).getByRole('button', { name: /Drop the call/ }));
  await settle();
  expect(fake.noted).toEqual([]);
  expect(screen.queryByTestId('noted-waits')).toBeNull();
});

test('a code of a ticket that is here takes one there', async () => {
  const { desk, fake } = await shell();
  const t = fake.tickets[0];
  if (!t) throw new Error('no ticket');
  t.number = 'K7-QM4';
  const log = vi.spyOn(fake, 'logCall');
  await user.type(at('noted-code'), 'k7qm4');
  await user.type(at('noted-name'), 'Clara');
  await user.type(at('noted-minutes'), '4');
  await user.click(at('noted-dialog-go'));
  await settle();
  expect(log.mock.lastCall?.[0]).toBe(t.id);
  expect(log.mock.lastCall?.[1]).toMatchObject({ direction: 'in', outcome: 'spoke', minutes: 4, name: 'Clara' });
  expect(desk.selection.ticket).toBe(t.id);
});

test('customers note no calls', async () => {
  await shell('customer');
  expect(screen.queryByTestId('noted-dialog')).toBeNull();
});

test('it is readable by everybody', async () => {
  const { desk, fake } = await openDesk({ rows: 0 });
  fake.noted = [{ id: 'c1', code: 'K7-QM4', line: 'You took a call from Clara', text: 'No network', note: '', at: new Date().toISOString(), long: true }];
  const { container } = renderIn(desk, NotedCalls);
  await settle();
  expect(at('noted-waits')).toHaveTextContent('Waiting for over a day');
  expect(await violations(container)).toEqual([]);
});
