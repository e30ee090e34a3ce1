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
  // Noticed while whoever called is still there: a letter that cannot be, two that are swapped.
  await user.type(at('noted-code'), 'k0');
  await settle();
  expect(at('noted-dialog')).toHaveTextContent('“0” is in no code. A code has no 0, 1, I, L and O. Ask for it once more');
  await user.clear(at('noted-code'));
  await user.type(at('noted-code'), 'k7-qm');
  await settle();
  expect(at('noted-code')).not.toHaveAttribute('aria-invalid');
  await user.type(at('noted-code'), '4');
  await settle();
  expect(at('noted-dialog')).toHaveTextContent('Of five it is an older one, or one is missing.');
  await user.clear(at('noted-code'));
  await user.type(at('noted-code'), 'k7-mq4s');
  await settle();
  expect(at('noted-code')).toHaveAttribute('aria-invalid', 'true');
  await user.type(at('noted-name'), 'Clara Weiss');
  await user.type(at('noted-text'), 'The line is down');
  await user.click(at('noted-dialog-go'));
  await settle();
  // Not sent, with what was typed still there.
  expect(at('noted-dialog')).toHaveTextContent('two were swapped. Ask for it once more, letter by letter');
  expect(fake.noted).toEqual([]);
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
  t.number = 'K7-QM4S';
  const log = vi.spyOn(fake, 'logCall');
  await user.type(at('noted-code'), 'k7qm4s');
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
  fake.noted = [{ id: 'c1', code: 'K7-QM4S', line: 'You took a call from Clara', text: 'No network', note: '', at: new Date().toISOString(), long: true, here: false, fault: null }];
  const { container } = renderIn(desk, NotedCalls);
  await settle();
  expect(at('noted-waits')).toHaveTextContent('Waiting for over a day');
  expect(await violations(container)).toEqual([]);
});

test('without a line it waits here and says so, until it is sent, refused or dropped', async () => {
  const { desk, fake } = await openDesk({ rows: 0 });
  fake.setLine({ state: 'offline' });
  await fake.noteCall('c1', 'z7-qm9', { with: '', name: 'Clara', number: '', direction: 'in', outcome: 'spoke', started: new Date().toISOString(), minutes: 0, text: 'No network', noMessage: '', note: '' });
  const discard = vi.spyOn(fake, 'discardItem').mockResolvedValue(undefined);
  renderIn(desk, NotedCalls);
  await settle();
  expect(at('noted-where')).toHaveTextContent('Not sent yet. It goes out by itself when the line is back.');
  fake.noted = fake.noted.map((c) => ({ ...c, fault: { code: 'invalid', message: 'A call of 60 minutes that began then is not over yet.', hint: 'Look at the time.', field: '' } }));
  fake.emit('outbox', { waiting: 0, needsYou: 1 });
  await settle();
  expect(at('noted-where')).toHaveTextContent('is not over yet. Look at the time.');
  await user.click(screen.getByRole('button', { name: /Drop the call/ }));
  await settle();
  expect(discard).toHaveBeenCalledWith('c1');
  fake.noted = fake.noted.map((c) => ({ ...c, here: false, fault: null }));
  fake.emit('outbox', { waiting: 0, needsYou: 0 });
  await settle();
  expect(at('noted-where')).toHaveTextContent('Kept at the desk.');
});
