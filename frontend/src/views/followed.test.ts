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
  all.mockResolvedValue([{ what: 'ticket', org: '', type: '', service: '', name: 'K7-QM4', level: '', ticket: '', subject: '', on: '', ended: new Date().toISOString() }]);
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
