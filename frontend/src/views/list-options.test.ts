import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import type { Options } from '../lib/backend/fake/desk';
import Shell from './Shell.svelte';

let end = () => {};
afterEach(() => end());

async function shell(options: Partial<Options> = {}) {
  const opened = await openDesk(options);
  const view = renderIn(opened.desk, Shell);
  const keys = (event: KeyboardEvent) => opened.desk.actions.handle(event);
  window.addEventListener('keydown', keys);
  end = () => {
    window.removeEventListener('keydown', keys);
    opened.close();
  };
  await settle();
  return { ...opened, ...view, user: userEvent.setup() };
}

const row = (text: string) => screen.getAllByTestId('row').find((r) => r.textContent?.includes(text)) as HTMLElement;

test.each(['staff', 'customer'] as const)('v opens the view options at what is chosen, Escape closes them: %s', async (as) => {
  const { desk, user, container } = await shell({ as });
  await user.keyboard('v');
  await settle();
  const options = screen.getByRole('dialog', { name: 'View options' });
  expect(document.activeElement).toBe(within(options).getByTestId('sort-queue'));
  expect(await violations(container)).toEqual([]);
  await user.keyboard('{Escape}');
  await settle();
  expect(desk.optionsOpen).toBe(false);
  expect(document.activeElement).toBe(screen.getByTestId('view-options'));
});

test('an order is chosen for one list, is said above it and survives the window', async () => {
  const { desk, fake, user } = await shell();
  expect(screen.getByTestId('list-order')).toHaveTextContent('By priority, then waiting longest');
  await user.click(screen.getByTestId('view-options'));
  await user.click(screen.getByLabelText('Newest activity first'));
  await settle();
  expect(screen.getByTestId('list-order')).toHaveTextContent('Newest activity first');
  expect(fake.settings.looks).toEqual([{ view: 'needs_me', sort: 'newest', density: 'roomy', columns: ['org', 'age', 'owner', 'due', 'flags'] }]);
  const truth = (await fake.rows('needs_me', 0, 5)).rows.map((r) => r.id);
  expect(screen.getAllByTestId('row').slice(0, 5).map((r) => r.dataset.ticket)).toEqual(truth);
  await desk.openView('unassigned');
  await settle();
  expect(desk.optionsOpen).toBe(false);
  expect(screen.getByTestId('list-order')).toHaveTextContent('By priority');
  await desk.openView('needs_me');
  await settle();
  expect(screen.getByTestId('list-order')).toHaveTextContent('Newest activity first');
});

test('while an order is being made the list says which one it is in', async () => {
  const { desk, fake } = await shell();
  fake.sortsLate = true;
  await desk.changeLook({ sort: 'oldest' });
  await settle();
  expect(screen.getByTestId('list-order')).toHaveTextContent('Still by priority, then waiting longest; sorting');
  fake.sortNow();
  await settle();
  expect(screen.getByTestId('list-order')).toHaveTextContent('Oldest request first');
});

test('compact rows are lower, and the row at the top stays', async () => {
  const { desk, user } = await shell();
  const { list } = desk;
  await desk.openView('all_open');
  await settle();
  list.look({ top: list.geometry.top(20), height: 400, pointer: null });
  await user.keyboard('v');
  await settle();
  await user.click(screen.getByTestId('density-compact'));
  await settle();
  expect(screen.getAllByTestId('row')[0]).toHaveStyle({ height: '40px' });
  expect(list.jump?.top).toBe(list.geometry.top(20));
  expect(list.geometry.top(21) - list.geometry.top(20)).toBe(40);
});

test('a row shows what was chosen, and always number, subject, whose turn and what went wrong', async () => {
  const { desk, fake, user } = await shell();
  const told = row('Prescriptions');
  expect(told).toHaveTextContent('#30500-0 · Miriam Vogt, Kranich Apotheken');
  await user.keyboard('v');
  await settle();
  for (const column of ['org', 'age', 'owner', 'due', 'flags', 'department', 'status']) await user.click(screen.getByTestId(`column-${column}`));
  await settle();
  expect(desk.look.columns).toEqual(['department', 'status']);
  const now = row('Prescriptions');
  expect(now).toHaveTextContent(/^Unread\. Prescriptions no longer leave by mail #30500-0 · Miriam Vogt · Mail & DNS · In progress · spf, move \+1$/);
  expect(now.querySelector('[aria-label="your turn"]')).not.toBeNull();
  expect(now.querySelector('[aria-label="has attachments"]')).toBeNull();
  const broken = fake.tickets.find((t) => t.id === now.dataset.ticket);
  if (broken) broken.attention = true;
  fake.answer(now.dataset.ticket ?? '', 'once more');
  await settle();
  expect(row('Prescriptions')).toHaveTextContent('not sent');
  await user.click(screen.getByTestId('options-usual'));
  await settle();
  expect(fake.settings.looks).toEqual([]);
  expect(row('Prescriptions')).toHaveTextContent('Kranich Apotheken');
});

test('the first sync shows rows to come and how many are here, and never that there is nothing', async () => {
  const { fake } = await shell({ filling: 0.25, empty: true });
  const filling = () => screen.getByTestId('list-filling');
  expect(filling()).toHaveTextContent('Downloading 2,054 of 8,214 tickets');
  expect(screen.getByRole('progressbar', { name: 'First sync' })).toHaveAttribute('aria-valuenow', '25');
  fake.setLine({ done: 4107 });
  await settle();
  expect(filling()).toHaveTextContent('Downloading 4,107 of 8,214 tickets');
  fake.setLine({ done: 0, total: 0, asOf: '', tickets: 0, state: 'connecting' });
  await settle();
  expect(filling()).toHaveTextContent('Asking your desk for your tickets.');
  fake.setLine({ asOf: new Date().toISOString(), state: 'live' });
  await settle();
  expect(screen.queryByTestId('list-filling')).toBeNull();
  expect(screen.getByTestId('list-empty')).toHaveTextContent('Nothing needs you.');
});
