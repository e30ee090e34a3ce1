import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
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
