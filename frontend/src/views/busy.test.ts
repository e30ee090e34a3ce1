import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import NewRequest from './NewRequest.svelte';
import SayBusy from './SayBusy.svelte';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

async function shell(as: 'staff' | 'lead') {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as });
  const view = renderIn(opened.desk, Shell);
  await settle();
  for (const name of ['g', 'l']) key(opened.desk, name);
  await settle();
  return { ...opened, view };
}

test('a lead says by two keys that answers take longer, and takes it back', async () => {
  const { desk, fake } = await shell('lead');
  // Only their own departments, and nothing without words.
  expect(screen.queryByTestId('busy-billing')).toBeNull();
  await user.click(at('busy-dialog-go'));
  expect(at('busy-dialog')).toHaveTextContent('Write what everybody should know.');
  await user.click(at('busy-mail'));
  await user.type(at('busy-text'), 'Two of us are ill');
  await user.click(within(at('busy-dialog')).getByRole('button', { name: /^Tomorrow/ }));
  await user.click(at('busy-dialog-go'));
  await settle();
  expect(fake.busy.mail?.text).toBe('Two of us are ill');
  expect(desk.over).toBe('');
  desk.show('busy');
  await settle();
  expect(at('busy-dialog')).toHaveTextContent(/Two of us are ill\. Until tomorrow 12:00\./);
  await user.click(at('busy-mail'));
  expect(at('busy-dialog-go')).toHaveTextContent('It is over');
  await user.click(at('busy-dialog-go'));
  await settle();
  expect(fake.busy).toEqual({});
});

test('the dialog is without faults for screen readers', async () => {
  const { desk } = await openDesk({ rows: 0, as: 'lead' });
  const { container } = renderIn(desk, SayBusy);
  await settle();
  expect(await violations(container)).toEqual([]);
});

test('nobody else is offered to say so', async () => {
  const { desk } = await shell('staff');
  expect(desk.over).toBe('');
});

test('whoever writes reads it at the department and before they send, as soon as it is said', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  desk.write();
  const { container } = renderIn(desk, NewRequest);
  await settle();
  await user.click(within(at('new-department-mail')).getByRole('radio'));
  expect(screen.queryByTestId('new-busy')).toBeNull();
  await fake.announce('mail', 'Two of us are ill', tomorrow());
  await settle();
  expect(at('busy-mail')).toHaveTextContent('Takes longer at the moment');
  expect(at('new-busy')).toHaveTextContent(/^Two of us are ill\. Until tomorrow \d\d:\d\d\.$/);
  // What gets it first goes before; the desk itself says it in words of its own.
  fake.busy.care = { text: '', until: '' };
  await fake.announce('billing', 'x', tomorrow());
  await settle();
  expect(at('new-busy')).toHaveTextContent('More people than usual are waiting, so answers take longer at the moment.');
  expect(await violations(container)).toEqual([]);
});
