import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Followed from './Followed.svelte';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

test('everything one follows stands on one page, opened by two keys, and is left from there', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ rows: 0, as: 'customer' });
  const t = fake.tickets[0];
  if (!t) throw new Error('no ticket');
  t.levels = { 'ticket///': 'replies', 'service/papierladen/service/s1': 'all' };
  renderIn(desk, Shell);
  await settle();
  for (const name of ['g', 'f']) key(desk, name);
  await settle();
  expect(at('followed-ticket')).toHaveTextContent(t.subject);
  expect(at('followed-ticket')).toHaveTextContent('Replies and ends');
  await user.click(within(at('followed-service')).getByRole('button', { name: /^Stop following/ }));
  await settle();
  expect(screen.queryByTestId('followed-service')).toBeNull();
  expect(t.levels['service/papierladen/service/s1']).toBe('');
  await user.click(within(at('followed-ticket')).getByRole('button', { name: new RegExp(`^${t.number}`) }));
  await settle();
  expect(desk.over).toBe('');
  expect(desk.selection.ticket).toBe(t.id);
});

test('what ended says so and offers nothing; nothing followed says how to', async () => {
  const { desk, fake } = await openDesk({ rows: 0 });
  const all = vi.spyOn(fake, 'followed');
  all.mockResolvedValue([{ key: 'ticket/x', what: 'ticket', org: '', type: '', service: '', name: 'K7-QM4S', level: '', ticket: '', subject: '', on: '', ended: new Date().toISOString(), closed: false }]);
  const { container, unmount } = renderIn(desk, Followed);
  await settle();
  expect(at('followed-ticket')).toHaveTextContent('you cannot read it any more');
  expect(within(at('followed-ticket')).queryByRole('button')).toBeNull();
  expect(await violations(container)).toEqual([]);
  unmount();
  all.mockResolvedValue([]);
  renderIn(desk, Followed);
  await settle();
  expect(at('followed-none')).toHaveTextContent('You follow nothing.');
});

test('what ended and what is closed is cleared at once, by a key, and what can be followed again is given back', async () => {
  const { desk, fake } = await openDesk({ rows: 0, as: 'customer' });
  const [open, closed] = fake.tickets;
  if (!open || !closed) throw new Error('no tickets');
  open.levels = { 'ticket///': 'replies' };
  closed.levels = { 'ticket///': 'all' };
  closed.status = 'closed';
  const clear = vi.spyOn(fake, 'clearFollows');
  const gone = { key: 'ticket/x', what: 'ticket' as const, org: '', type: '', service: '', name: 'K7-QM4S', level: '' as const, ticket: '', subject: '', on: '', ended: new Date().toISOString(), closed: false };
  const read = fake.followed;
  vi.spyOn(fake, 'followed').mockImplementation(async () => [...(await read()), ...(clear.mock.calls.length ? [] : [gone])]);
  const { container } = renderIn(desk, Followed);
  await settle();
  expect(screen.getAllByTestId('followed-ticket')).toHaveLength(3);
  expect(at('followed-ended')).toHaveTextContent('2 ended or closed.');
  expect(screen.getByRole('button', { name: /^Clear ended/ })).toHaveTextContent('E');
  expect(await violations(container)).toEqual([]);
  key(desk, 'e');
  await settle();
  expect(clear).toHaveBeenCalledWith([`ticket/${closed.id}`, 'ticket/x']);
  expect(screen.getAllByTestId('followed-ticket')).toHaveLength(1);
  expect(at('followed-ended')).toHaveTextContent('2 cleared.');
  await user.click(screen.getByRole('button', { name: /^Undo/ }));
  await settle();
  expect(closed.levels['ticket///']).toBe('all');
  expect(screen.getAllByTestId('followed-ticket')).toHaveLength(2);
});

test('what cannot be cleared says why and stays', async () => {
  const { desk, fake } = await openDesk({ rows: 0, as: 'customer' });
  const [closed] = fake.tickets;
  if (!closed) throw new Error('no ticket');
  Object.assign(closed, { levels: { 'ticket///': 'all' }, status: 'closed' });
  vi.spyOn(fake, 'clearFollows').mockRejectedValue({ code: 'invalid', message: 'It could not be kept.', hint: 'Try again.' });
  renderIn(desk, Followed);
  await settle();
  await user.click(screen.getByRole('button', { name: /^Clear ended/ }));
  await settle();
  expect(screen.getByRole('alert')).toHaveTextContent('It could not be kept. Try again.');
  expect(at('followed-ticket')).toHaveTextContent('Closed · Everything');
});
