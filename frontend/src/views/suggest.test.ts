import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import NewRequest from './NewRequest.svelte';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(as: 'staff' | 'customer') {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as });
  const ticket = opened.fake.tickets.find((t) => t.requester === 'elif' && !t.owner);
  if (!ticket) throw new Error('somebody has it');
  const view = renderIn(opened.desk, Ticket);
  opened.desk.selection.open(ticket.id);
  opened.desk.toggleDetails(true);
  await settle();
  const press = (name: string) => key(opened.desk, name);
  return { ...opened, ticket, view, press };
}

test('who a ticket could be given to stands with the reason, and one key gives it', async () => {
  const { fake, ticket, view, press } = await open('staff');
  const assign = vi.spyOn(fake, 'assign');
  expect(at('suggested')).toHaveTextContent('Anna Lindqvist');
  expect(at('suggested')).toHaveTextContent('speaks German, has 2 open');
  expect(await violations(view.container)).toEqual([]);
  expect(assign).not.toHaveBeenCalled();
  press('h');
  await settle();
  expect(assign).toHaveBeenCalledExactlyOnceWith(ticket.id, 'anna', '', []);
  expect(screen.queryByTestId('suggested')).toBeNull();
  press('h');
  await settle();
  expect(assign).toHaveBeenCalledOnce();
});

test('the language stands in the details and the team says which it is', async () => {
  const { desk, fake, ticket } = await open('staff');
  const set = vi.spyOn(fake, 'setLanguage');
  expect(at('details-language')).toHaveTextContent('English');
  await user.click(screen.getAllByRole('button', { name: /^More/ })[0] as HTMLElement);
  await user.click(screen.getByRole('menuitem', { name: /Language/ }));
  await settle();
  await user.click(screen.getByRole('radio', { name: /German/ }));
  await user.click(at('language-dialog-go'));
  await settle();
  expect(set).toHaveBeenCalledExactlyOnceWith(ticket.id, 'de');
  expect(at('details-language')).toHaveTextContent('German');
  expect(desk.place).toBe('inbox');
});

test('customers are suggested nobody, and read in which languages answers come before they send', async () => {
  const { desk, fake, view, press } = await open('customer');
  const suggest = vi.spyOn(fake, 'suggestOwner');
  press('h');
  await settle();
  expect(suggest).not.toHaveBeenCalled();
  expect(screen.queryByTestId('suggested')).toBeNull();
  view.unmount();
  desk.write();
  renderIn(desk, NewRequest);
  await settle();
  await user.click(at('new-department-care'));
  expect(at('languages-care')).toHaveTextContent('Answers in English or German.');
});
