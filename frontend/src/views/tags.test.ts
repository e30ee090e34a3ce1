import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(options = {}) {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, ...options });
  const ticket = opened.fake.tickets.find((t) => t.requester === ((options as { as?: string }).as === 'customer' ? 'elif' : 'miriam') && t.tags.length > 0);
  if (!ticket) throw new Error('nothing is tagged');
  renderIn(opened.desk, Ticket);
  opened.desk.selection.open(ticket.id);
  opened.desk.toggleDetails(true);
  await settle();
  const press = (name: string) => key(opened.desk, name);
  return { ...opened, ticket, press };
}

test('tags stand in the details, and one key changes them without the mouse', async () => {
  const { fake, ticket, press } = await open();
  const set = vi.spyOn(fake, 'setTags');
  expect(at('details-tags')).toHaveTextContent('spf');
  expect(at('details-tags')).toHaveTextContent('nine-branches');
  press('#');
  await settle();
  expect(await violations(at('tags-dialog'))).toEqual([]);
  await user.type(at('tags-query'), 'Two Words');
  await settle();
  await user.keyboard('{Enter}');
  await settle();
  expect(set).toHaveBeenLastCalledWith(ticket.id, ['Two Words'], []);
  expect(at('details-tags')).toHaveTextContent('two-words');
  await user.click(within(at('tags-dialog')).getByRole('button', { name: 'Remove spf' }));
  await settle();
  expect(set).toHaveBeenLastCalledWith(ticket.id, [], ['spf']);
  expect(ticket.tags).not.toContain('spf');
});

test('a tag in use is chosen before a new one is made of the same beginning', async () => {
  const { fake, press } = await open();
  fake.tickets[3]?.tags.push('registry');
  press('#');
  await settle();
  await user.type(at('tags-query'), 'reg');
  await settle();
  const names = within(at('tags-dialog')).getAllByRole('option').map((o) => o.textContent);
  expect(names[0]).toBe('registry');
  expect(names.at(-1)).toContain('new tag');
});

test('what can be no tag is refused in a sentence and stays in the field', async () => {
  const { ticket, press } = await open();
  const before = [...ticket.tags];
  press('#');
  await settle();
  await user.type(at('tags-query'), 'a;b');
  await settle();
  await user.keyboard('{Enter}');
  await settle();
  expect(at('tags-dialog')).toHaveTextContent('cannot be a tag');
  expect(at('tags-query')).toHaveValue('a;b');
  expect(ticket.tags).toEqual(before);
});

test('customers have no tags and no key for them', async () => {
  const { press } = await open({ as: 'customer' });
  press('#');
  await settle();
  expect(screen.queryByTestId('details-tags')).toBeNull();
  expect(screen.queryByTestId('tags-dialog')).toBeNull();
});
