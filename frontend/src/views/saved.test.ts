import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function shell(as: 'staff' | 'lead' | 'customer' = 'staff') {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as });
  renderIn(opened.desk, Shell);
  await settle();
  return opened;
}

test('a list becomes a view by keys alone: its query is completed, what is wrong is said at its place, and it stands in the rail with its count', async () => {
  const { desk, fake } = await shell();
  await desk.openView('all_open');
  await desk.changeLook({ sort: 'newest', density: 'compact' });
  await settle();
  key(desk, 'v', { altKey: true });
  await settle();
  const query = at('save-view-query');
  // It begins with what the list asks.
  expect(query).toHaveValue('is:open');
  await user.type(at('save-view-name'), 'Mine, open');
  await user.click(query);
  await user.type(query, ' asignee:me "x');
  await settle();
  expect(query).toHaveAttribute('aria-invalid', 'true');
  expect(at('save-view-query-fault')).toHaveTextContent('There is no operator “asignee:”. It is looked for as a word. Did you mean “assignee:”?');
  const wrong = [...document.querySelectorAll('.wrong')].filter((e) => e.textContent !== '').map((e) => e.textContent);
  expect(wrong).toContain('asignee:');
  expect(wrong).toContain('"');
  expect(await violations(document.querySelector('[data-fields]') as HTMLElement)).toEqual([]);
  // The fault takes the cursor to its place.
  await user.click(within(at('save-view-query-fault')).getByRole('button'));
  expect([(query as HTMLInputElement).selectionStart, (query as HTMLInputElement).selectionEnd]).toEqual([8, 16]);
  await user.clear(query);
  await user.type(query, 'is:open as');
  await settle();
  await user.keyboard('{ArrowDown}{Enter}');
  await settle();
  expect(query).toHaveValue('is:open assignee:');
  await user.keyboard('{ArrowDown}{Enter}');
  await settle();
  expect((query as HTMLInputElement).value.trim()).toBe('is:open assignee:me');
  expect(screen.getAllByTestId('save-view-query-part').map((b) => b.textContent)).toEqual(['is:open', 'assignee:me']);
  await user.keyboard('{Enter}');
  await settle();
  const kept = fake.savedViews[0];
  expect(kept?.info).toMatchObject({ name: 'Mine, open', query: 'is:open assignee:me', sort: 'newest', density: 'compact', department: '' });
  const rail = at(`view-${kept?.id}`);
  expect(rail).toHaveAttribute('aria-current', 'page');
  expect(rail).toHaveTextContent(/Mine, open\s*\d+/);
  expect(desk.look).toMatchObject({ sort: 'newest', density: 'compact' });
  expect(desk.list.total).toBe(fake.tickets.filter((t) => t.owner === 'jonas' && t.status !== 'solved' && t.status !== 'closed').length);
});

test('a chip is taken out of the query, and one is changed at its place', async () => {
  const { desk } = await shell();
  key(desk, 'v', { altKey: true });
  await settle();
  const query = at('save-view-query') as HTMLInputElement;
  await user.clear(query);
  await user.type(query, 'is:open -tag:dns mail');
  await settle();
  await user.click(screen.getByRole('button', { name: 'Take out -tag:dns' }));
  await settle();
  expect(query).toHaveValue('is:open mail');
  await user.click(screen.getAllByTestId('save-view-query-part')[1] as HTMLElement);
  expect(query).toHaveFocus();
  expect(query.value.slice(query.selectionStart ?? 0, query.selectionEnd ?? 0)).toBe('mail');
  await user.click(at('save-view-go'));
  expect(at('save-view')).toHaveTextContent('Give the view a short name.');
});

test('a view is changed, moved and deleted, and the deletion undone', async () => {
  const { desk, fake } = await shell();
  for (const name of ['One', 'Two']) await fake.saveView('', { name, query: 'is:open', department: '', sort: '', density: '', columns: null, may: true });
  await desk.views.load();
  await settle();
  await desk.openView('view:2');
  await settle();
  desk.actions.run('view-up');
  await settle();
  expect(desk.views.group('saved').map((v) => v.title)).toEqual(['Two', 'One']);
  desk.actions.run('edit-view');
  await settle();
  expect(at('save-view-name')).toHaveValue('Two');
  await user.clear(at('save-view-name'));
  await user.type(at('save-view-name'), 'Second');
  await user.keyboard('{Enter}');
  await settle();
  expect(at('view-view:2')).toHaveTextContent('Second');
  desk.actions.run('drop-view');
  await settle();
  expect(screen.queryByTestId('view-view:2')).toBeNull();
  expect(at('view-dropped')).toHaveTextContent('The view “Second” was deleted.');
  expect(desk.views.id).not.toBe('view:2');
  await user.click(at('view-undo'));
  await settle();
  expect(at('view-view:2')).toHaveTextContent('Second');
  expect(screen.queryByTestId('view-dropped')).toBeNull();
});

test('a lead shares one with a department of theirs; who may not change it is offered one of their own', async () => {
  const { desk, fake } = await shell('lead');
  key(desk, 'v', { altKey: true });
  await settle();
  await user.type(at('save-view-name'), 'Ours');
  await user.click(at('save-view-for-mail'));
  await user.click(at('save-view-go'));
  await settle();
  expect(fake.savedViews[0]?.info.department).toBe('mail');
  fake.savedViews = fake.savedViews.map((v) => ({ ...v, info: { ...v.info, may: false } }));
  await desk.views.load();
  await settle();
  key(desk, 'v');
  await settle();
  expect(screen.queryByTestId('view-edit')).toBeNull();
  expect(at('view-save')).toBeVisible();
});

test('customers save views of their own requests', async () => {
  const { desk, fake } = await shell('customer');
  key(desk, 'v', { altKey: true });
  await settle();
  expect(at('save-view-query')).toHaveValue('is:open is:mine');
  expect(screen.queryByTestId('save-view-for-mail')).toBeNull();
  await user.type(at('save-view-name'), 'Mine');
  await user.click(at('save-view-go'));
  await settle();
  expect(fake.savedViews).toHaveLength(1);
});

test('what was looked for becomes a view', async () => {
  const { desk } = await shell();
  key(desk, '/');
  await settle();
  await user.type(at('find-text'), 'mail tag:dns');
  await vi.waitFor(() => expect(screen.getByTestId('find-save')).toBeVisible());
  await user.click(at('find-save'));
  await settle();
  expect(at('save-view-query')).toHaveValue('mail tag:dns');
});
