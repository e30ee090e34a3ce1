import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import Details from '../features/ticket/Details.svelte';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

test('one says when one is away and who stands in, and comes back', async () => {
  const { desk, fake } = await openDesk({ rows: 0 });
  const { container } = renderIn(desk, Shell);
  desk.show('settings');
  await settle();
  await user.click(at('away-open'));
  await settle();
  expect(at('away')).toHaveTextContent('Everybody is here.');
  expect(await violations(container)).toEqual([]);
  const set = vi.spyOn(fake, 'setAway');
  await user.click(at('away-go'));
  expect(screen.getByRole('alert')).toHaveTextContent('It does not say until when.');
  await user.type(at('away-until'), '2031-03-10T09:00');
  await user.click(at('away-go'));
  expect(screen.getByRole('alert')).toHaveTextContent('It does not say who stands in.');
  expect(set).not.toHaveBeenCalled();
  await user.selectOptions(at('away-stands'), 'anna');
  await user.click(at('away-go'));
  await settle();
  const me = desk.session.me?.id ?? '';
  expect(set).toHaveBeenLastCalledWith(me, '', new Date('2031-03-10T09:00').toISOString(), 'anna');
  expect(at(`away-${me}`)).toHaveTextContent('Anna Lindqvist stands in');

  const mine = fake.tickets.find((t) => t.owner === me);
  const side = render(Details, { view: await fake.ticket(mine?.id ?? ''), now: new Date(), ontags: () => {} });
  expect(side.getByTestId('owner-away').textContent).toMatch(/is away until Monday,? 10 March; Anna stands in/);
  side.unmount();

  desk.show('away');
  await settle();
  await user.click(at(`away-${me}-back`));
  await settle();
  expect(set).toHaveBeenLastCalledWith(me, '', '', '');
  expect(at('away')).toHaveTextContent('Everybody is here.');
});

test('what the server refuses is said', async () => {
  const { desk, fake } = await openDesk({ rows: 0 });
  vi.spyOn(fake, 'setAway').mockRejectedValue({ code: 'offline', message: 'You are offline, so nobody would know of it.', hint: 'Try again when the line is back, or tell your lead.', field: '' });
  renderIn(desk, Shell);
  desk.show('away');
  await settle();
  await user.type(at('away-until'), '2031-03-10T09:00');
  await user.selectOptions(at('away-stands'), 'anna');
  await user.click(at('away-go'));
  await settle();
  expect(screen.getByRole('alert')).toHaveTextContent('You are offline, so nobody would know of it.');
});

test('customers have no such list', async () => {
  const { desk } = await openDesk({ as: 'customer', rows: 0 });
  renderIn(desk, Shell);
  desk.show('settings');
  await settle();
  expect(screen.queryByTestId('away-open')).toBeNull();
});
