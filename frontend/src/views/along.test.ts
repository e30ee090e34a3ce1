import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const hour = 3_600_000;

test('my tickets are taken along until a time, their files come here, and they are given back', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0 });
  renderIn(desk, Shell);
  await settle();
  const take = vi.spyOn(fake, 'takeAlong');
  key(desk, 'Z', { shiftKey: true });
  await settle();
  expect(at('along')).toHaveTextContent('The queue stays with them.');
  expect(at('along-files')).toHaveTextContent('2 of 4 files on this computer');
  expect(await violations(at('along'))).toEqual([]);
  const until = at('along-until');
  await user.clear(until);
  await user.click(at('along-take'));
  expect(take).not.toHaveBeenCalled();
  expect(at('along')).toHaveTextContent('Choose a time that is to come.');
  await user.type(until, '2099-01-01T18:00');
  await user.type(at('along-where'), 'on the train');
  await user.click(at('along-take'));
  await settle();
  expect(take).toHaveBeenCalledExactlyOnceWith(new Date('2099-01-01T18:00').toISOString(), 'on the train');
  expect(at('along-on')).toHaveTextContent('along until');
  expect(at('along-files')).toHaveTextContent('All 4 files are on this computer.');
  await user.click(at('along-give'));
  await settle();
  expect(take).toHaveBeenLastCalledWith('', '');
  expect(fake.tickets.every((t) => !t.along)).toBe(true);
});

test('offline nothing is fetched, and it says so', async () => {
  const { desk, fake } = await openDesk({ rows: 0, state: 'offline' });
  renderIn(desk, Shell);
  const fetch = vi.spyOn(fake, 'fetchAlong');
  desk.show('along');
  await settle();
  expect(at('along')).toHaveTextContent('You are offline: what is missing cannot be fetched now.');
  await user.click(at('along-take'));
  await settle();
  expect(fetch).not.toHaveBeenCalled();
});

test('others read who has it along, and going on tells them', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0 });
  const ticket = fake.tickets[0]!;
  ticket.along = { name: 'Anna Lindqvist', mine: false, until: new Date(Date.now() + 2 * hour).toISOString(), where: 'on the train', draft: true };
  const view = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  expect(at('away')).toHaveTextContent(/Anna is offline, on the train, back about .*\. A draft exists\. Going on with this tells Anna\./);
  expect(await violations(view.container)).toEqual([]);
  const on = vi.spyOn(fake, 'goOn');
  key(desk, 'J', { shiftKey: true });
  await settle();
  expect(on).toHaveBeenCalledExactlyOnceWith(ticket.id);
  expect(screen.queryByTestId('away')).toBeNull();
});

test('it is over by itself', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0 });
  const ticket = fake.tickets[0]!;
  ticket.along = { name: 'Anna Lindqvist', mine: false, until: new Date(Date.now() - 1000).toISOString(), where: '', draft: false };
  renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  expect(screen.queryByTestId('away')).toBeNull();
});
