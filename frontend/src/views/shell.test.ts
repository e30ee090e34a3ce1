import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import type { Options } from '../lib/backend/fake/desk';
import Shell from './Shell.svelte';

async function shell(options: Partial<Options> = {}) {
  const opened = await openDesk(options);
  const view = renderIn(opened.desk, Shell);
  const keys = (event: KeyboardEvent) => opened.desk.actions.handle(event);
  window.addEventListener('keydown', keys);
  await settle();
  return { ...opened, ...view, user: userEvent.setup(), end: () => window.removeEventListener('keydown', keys) };
}

test.each([
  ['staff', {}], ['customer', { as: 'customer' }], ['offline', { state: 'offline' }], ['empty', { empty: true }],
  ['empty customer', { empty: true, as: 'customer' }], ['first sync', { filling: 0.2 }], ['refused', { state: 'refused' }], ['catch-up', { catchup: true }],
] as [string, Partial<Options>][])('axe finds nothing: %s', async (_, options) => {
  const { container, desk, end } = await shell(options);
  desk.toggleOutbox(true);
  await settle();
  expect(await violations(container)).toEqual([]);
  end();
});

test.each(['find', 'keys', 'settings', 'signin'] as const)('axe finds nothing: %s', async (over) => {
  const { container, desk, end } = await shell();
  desk.show(over);
  await settle();
  expect(await violations(container)).toEqual([]);
  end();
});

test.each(['sign_in', 'forked'])('who is refused for %s signs in again without leaving, and nothing else offers it', async (code) => {
  const { desk, fake, user, end } = await shell({ state: 'refused' });
  expect(screen.queryByTestId('sign-in-again')).toBeNull();
  fake.line = { ...fake.line, fault: { code, message: 'You were signed out by the server.', hint: 'Sign in again.', field: '' } };
  fake.emit('connection', fake.line);
  await settle();
  await user.click(screen.getByTestId('sign-in-again'));
  const ask = vi.spyOn(fake, 'signIn');
  await user.type(screen.getByTestId('again-password'), 'wrong{Enter}');
  await settle();
  expect(screen.getByTestId('again-password')).toHaveAccessibleDescription(/do not fit together/);
  expect(screen.getByTestId('again-password')).toHaveValue('');
  await user.type(screen.getByTestId('again-password'), 'a fine sentence{Enter}');
  await settle();
  expect(ask).toHaveBeenLastCalledWith(desk.session.boot?.server, desk.session.boot?.person, 'a fine sentence');
  expect(desk.session.boot?.server).toContain('veldhost');
  expect(desk.over).toBe('');
  end();
});

test('a row says number, subject, who, whose turn, age, deadline and its flags', async () => {
  const { end } = await shell();
  const row = screen.getAllByTestId('row').find((r) => r.textContent?.includes('Prescriptions')) as HTMLElement;
  expect(row).toHaveTextContent(/Unread\..*Prescriptions no longer leave by mail.*#30500-0 · Miriam Vogt, Kranich Apotheken.*draft.*2\sh/);
  expect(row.querySelector('[aria-label="your turn"]')).not.toBeNull();
  expect(row.querySelector('[aria-label="has attachments"]')).not.toBeNull();
  expect(row.querySelector('[aria-label="You have it"]')).not.toBeNull();
  end();
});

test('j and k walk, g and a letter change the view, ? shows the keys', async () => {
  const { desk, user, end } = await shell();
  await user.keyboard('jjk');
  await settle();
  expect(desk.selection.index).toBe(0);
  await user.keyboard('gu');
  await settle();
  expect(desk.views.id).toBe('unassigned');
  await user.keyboard('?');
  await settle();
  expect(screen.getByRole('dialog', { name: 'Keys' })).toHaveTextContent('Unassigned');
  end();
});

test('the list names the row one stands on only while it is drawn', async () => {
  const { desk, user, end } = await shell();
  await user.keyboard('ga');
  await settle();
  await user.keyboard('j');
  await settle();
  const named = () => screen.getByTestId('list').getAttribute('aria-activedescendant');
  expect(document.getElementById(named() ?? '')).not.toBeNull();
  await desk.selection.go(desk.list.total - 1);
  await settle();
  const list = screen.getByTestId('list');
  list.scrollTop = 0;
  list.dispatchEvent(new Event('scroll'));
  await settle();
  expect(named() === null || document.getElementById(named() ?? '') !== null).toBe(true);
  end();
});

test.each(['staff', 'customer'] as const)('every key on the sheet belongs to one action only: %s', async (as) => {
  const { desk, end } = await shell({ as });
  await desk.selection.go(0);
  await settle();
  const used = new Map<string, string>();
  for (const action of desk.actions.all) {
    for (const key of action.keys) {
      if (action.scope === 'list' || action.hidden || !(action.when?.() ?? true)) continue;
      expect(`${key}: ${used.get(key) ?? action.id}`).toBe(`${key}: ${action.id}`);
      used.set(key, action.id);
    }
  }
  expect(used.size).toBeGreaterThan(15);
  const ids = desk.actions.all.map((a) => a.id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  end();
});

test('offline is said calmly and written things wait in the outbox', async () => {
  const { desk, end } = await shell({ state: 'offline' });
  expect(screen.getByTestId('banner-offline')).toHaveTextContent(/You are offline since .* What you write is safe here and goes out by itself\./);
  expect(screen.getByTestId('status-connection')).toHaveAttribute('data-state', 'offline');
  desk.toggleOutbox(true);
  await settle();
  expect(screen.getAllByTestId('outbox-item')).toHaveLength(5);
  end();
});

test('a refused item stays until it is decided, and discarding asks once', async () => {
  const { desk, fake, user, end } = await shell();
  desk.toggleOutbox(true);
  await settle();
  const bad = screen.getAllByTestId('outbox-item').find((i) => i.dataset.state === 'refused') as HTMLElement;
  expect(bad).toHaveTextContent('31 MB, the limit here is 20 MB');
  await user.click(bad.querySelector('[data-testid=outbox-discard]') as HTMLElement);
  expect(fake.items.some((i) => i.state === 'refused')).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Discard' }));
  await settle();
  expect(fake.items.some((i) => i.state === 'refused')).toBe(false);
  end();
});

test('signing out warns of what is not sent before it deletes', async () => {
  const { desk, user, end } = await shell({ state: 'offline' });
  desk.show('settings');
  await settle();
  await user.click(screen.getByTestId('signout'));
  await settle();
  expect(desk.session.state).toBe('ready');
  expect(screen.getByRole('alert')).toHaveTextContent('5 things you wrote are still on this computer.');
  await user.click(screen.getByTestId('signout-force'));
  await settle();
  expect(desk.session.state).toBe('signed_out');
  end();
});

test('search opens the ticket that fits, by number and by words', async () => {
  const { desk, user, end } = await shell();
  await user.keyboard('/');
  await settle();
  await user.type(screen.getByTestId('find-text'), '30500');
  await new Promise((done) => setTimeout(done, 60));
  await settle();
  await user.keyboard('{Enter}');
  await settle();
  expect(desk.selection.ticket).toBe('t30500');
  expect(desk.over).toBe('');
  end();
});

test('catch-up tells in order and opens at the ticket', async () => {
  const { desk, user, end } = await shell({ catchup: true });
  expect(screen.getByTestId('catchup')).toHaveTextContent(/3 need you now.*Needs you now.*Miriam wrote.*Done without you.*and 9 smaller changes/);
  await user.click(screen.getAllByTestId('catchup-line')[0] as HTMLElement);
  await settle();
  expect(desk.selection.ticket).toBe('t30500');
  expect(desk.place).toBe('inbox');
  end();
});

test('a row opens its ticket while the catch-up stands in its place', async () => {
  const { desk, user, end } = await shell({ catchup: true });
  const row = screen.getAllByTestId('row')[2] as HTMLElement;
  await user.click(row);
  await settle();
  expect(desk.selection.ticket).toBe(row.dataset['ticket']);
  expect(screen.queryByTestId('catchup')).toBeNull();
  expect(screen.getByTestId('ticket-subject')).toBeInTheDocument();
  end();
});

test('a text with markup in it is shown as it was written', async () => {
  const { fake, container, end } = await shell();
  fake.arrive(1, { subject: '<img src=x onerror=alert(1)> & "quotes"', owner: 'jonas' });
  await settle();
  const subject = screen.getAllByTestId('row-subject').find((s) => s.textContent?.includes('onerror'));
  expect(subject).toHaveTextContent('<img src=x onerror=alert(1)> & "quotes"');
  expect(container.querySelector('img')).toBeNull();
  expect(subject).toHaveAttribute('dir', 'auto');
  end();
});

test.each(['staff', 'customer'] as const)('opening the first ticket brings its keys, whatever was there before: %s', async (as) => {
  const { desk, end } = await shell({ as });
  await desk.selection.go(0);
  await settle();
  expect(desk.actions.find('ticket.reply')?.when?.() ?? false).toBe(true);
  end();
});
