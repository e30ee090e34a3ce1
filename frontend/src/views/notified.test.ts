import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(as: 'staff' | 'customer', more: { empty?: boolean } = {}) {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as, ...more });
  const view = renderIn(opened.desk, Shell);
  await settle();
  const press = (...keys: string[]) => keys.forEach((name) => key(opened.desk, name));
  return { ...opened, view, press };
}

test('what one was told opens by two keys, and a line leads to its ticket at the entry', async () => {
  const { desk, view, press } = await open('staff');
  expect(at('notified-open')).toHaveAccessibleName('Notifications, 5 not seen');
  press('g', 'i');
  await settle();
  const lines = within(at('notified')).getAllByTestId('notified-line');
  expect(lines.map((l) => l.textContent)).toEqual(expect.arrayContaining([expect.stringContaining('Anna Lindqvist mentioned you in a note'), expect.stringContaining('kept quiet')]));
  expect(await violations(view.container)).toEqual([]);
  const { items } = desk.notified.view;
  await user.click(lines[1] as HTMLElement);
  await settle();
  expect(desk.over).toBe('');
  expect(desk.selection.ticket).toBe(items[1]?.ticket);
  expect(desk.selection.wanted).toBe(0);
  expect(document.activeElement).toHaveAttribute('data-seq', String(items[1]?.seq));
  expect(desk.notified.view.items[1]?.seen).toBe(true);
});

test('all are marked seen by a key, and the mark on the rail goes', async () => {
  const { desk, fake, press } = await open('staff');
  press('g', 'i');
  await settle();
  const read = vi.spyOn(fake, 'looking');
  key(desk, 'A', { ctrlKey: true, shiftKey: true });
  await settle();
  expect(at('notified-open')).toHaveAccessibleName('Notifications');
  expect(screen.queryByTestId('notified-all')).toBeNull();
  expect(read).not.toHaveBeenCalled();
});

test('do not disturb, classes, quiet hours and my turn', async () => {
  const { desk, press, view } = await open('staff');
  press('g', 'i');
  await settle();
  await user.click(at('quiet-60'));
  await settle();
  expect(at('notified')).toHaveTextContent(/Quiet until/);
  await user.click(at('quiet-end'));
  await settle();
  expect(at('notified')).toHaveTextContent('Do not disturb');
  await user.click(at('notified-choose'));
  await user.click(at('notify-reply'));
  await user.click(at('notify-turn'));
  await user.click(at('notify-hours'));
  await settle();
  expect(desk.session.settings.notify).toMatchObject({ off: ['reply'], myTurn: true, from: '20:00', to: '07:00' });
  expect(screen.queryByTestId('notify-emergency')).toBeNull();
  expect(await violations(view.container)).toEqual([]);
});

test('a call stays over everything until somebody has it', async () => {
  const { desk, fake, view } = await open('staff');
  const ticket = fake.tickets[0]?.id ?? '';
  fake.calledTo = [{ ticket, number: '#1', subject: 'Everything stands still', emergency: true, since: new Date().toISOString() }];
  fake.emit('notified', {});
  await settle();
  expect(at('call-to-acknowledge')).toHaveTextContent('Emergency: you are called');
  desk.go('new');
  await settle();
  expect(at('call-to-acknowledge')).toBeInTheDocument();
  expect(await violations(view.container)).toEqual([]);
  const acknowledge = vi.spyOn(fake, 'acknowledge').mockImplementation(() => {
    fake.calledTo = [];
    return Promise.resolve();
  });
  await user.click(at('call-acknowledge'));
  await settle();
  expect(acknowledge).toHaveBeenCalledWith(ticket);
  expect(screen.queryByTestId('call-to-acknowledge')).toBeNull();
});

test('a customer has it by a button, with their own words; nothing yet is said', async () => {
  const full = await open('customer');
  await user.click(at('notified-open'));
  await settle();
  expect(at('notified')).toHaveTextContent('Priya Raman is on it now');
  expect(at('notified').textContent).not.toMatch(/ticket/i);
  expect(await violations(full.view.container)).toEqual([]);
  full.view.unmount();
  const { press } = await open('staff', { empty: true });
  press('g', 'i');
  await settle();
  expect(at('notified-none')).toBeInTheDocument();
});
