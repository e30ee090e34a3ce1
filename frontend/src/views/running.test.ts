import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { menuBar } from './menu-bar';
import Shell from './Shell.svelte';

const user = userEvent.setup();

test('it starts with the computer and stays without its window if one wants that, and is quit by a key', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0, as: 'customer' });
  const view = renderIn(desk, Shell);
  desk.show('settings');
  await settle();
  await user.click(screen.getByTestId('start-with-session'));
  await user.click(screen.getByTestId('keep-running'));
  await settle();
  expect(fake.login).toBe(true);
  expect(screen.getByTestId('start-with-session')).toHaveAttribute('aria-checked', 'true');
  expect(desk.session.settings.stay).toBe(true);
  expect(screen.getByTestId('quit')).toBeInTheDocument();
  expect(await violations(view.container)).toEqual([]);
  vi.spyOn(fake, 'startWithSession').mockRejectedValue({ code: 'internal', message: 'This computer did not take that.', hint: 'Use its settings.', field: '' });
  await user.click(screen.getByTestId('start-with-session'));
  await settle();
  expect(screen.getByText(/did not take that/)).toBeInTheDocument();
  const quit = vi.spyOn(fake, 'quit');
  desk.show('');
  await settle();
  key(desk, 'q', { ctrlKey: true });
  expect(quit).toHaveBeenCalledOnce();
});

test('the menu bar has what can be done with its keys, and does it', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 3 });
  renderIn(desk, Shell);
  await settle();
  const bar = menuBar(desk.actions);
  const all = bar.flatMap((g) => g.items);
  expect(bar.map((g) => g.label)).toEqual(expect.arrayContaining(['Window', 'List', 'Go to']));
  expect(all).toContainEqual({ id: 'palette', label: 'Do anything by its name', keys: 'Mod+k' });
  expect(new Set(all.map((i) => i.id)).size).toBe(all.length);
  expect(all.some((i) => i.id.startsWith('assign:'))).toBe(false);
  fake.emit('menu', { id: 'settings' });
  await settle();
  expect(screen.getByRole('dialog', { name: 'Settings' })).toBeInTheDocument();
});
