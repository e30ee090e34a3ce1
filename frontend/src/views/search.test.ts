import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

async function open(options: Parameters<typeof openDesk>[0] = {}) {
  const made = await openDesk({ outbox: false, ...options });
  renderIn(made.desk, Shell);
  await settle();
  made.desk.show('find');
  await settle();
  return made;
}

const ask = async (text: string) => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  await fireEvent.input(screen.getByTestId('find-text'), { target: { value: text } });
  await settle();
  await vi.advanceTimersByTimeAsync(60);
  vi.useRealTimers();
  await settle();
};
const press = async (key: string) => {
  await fireEvent.keyDown(screen.getByTestId('find-text'), { key });
  await settle();
};

test('words are found as one types, marked where they stand, and Enter opens at the very entry', async () => {
  const { desk, fake } = await open();
  await ask('looked');
  const rows = screen.getAllByTestId('find-row');
  expect(rows[0]?.querySelector('mark')).toHaveTextContent('looked');
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  const [first] = (await fake.search('looked', 0)).results;
  const opened = vi.spyOn(desk, 'openTicket');
  await press('Enter');
  expect(opened).toHaveBeenCalledWith(first?.row.id, first?.seq);
  expect(first?.seq).toBeGreaterThan(0);
  expect(desk.over).toBe('');
});

test('arrows walk the results, and the choice is told to a screen reader', async () => {
  await open();
  await ask('mail');
  expect(screen.getAllByTestId('find-row').length).toBeGreaterThan(1);
  await press('ArrowDown');
  const chosen = screen.getByTestId('find-text').getAttribute('aria-activedescendant');
  expect(document.getElementById(chosen ?? '')).toBe(screen.getAllByTestId('find-row')[1]);
});

test('operators are completed by Tab and stand as chips that can be edited and left out', async () => {
  await open();
  await ask('mail i');
  (screen.getByTestId('find-text') as HTMLInputElement).setSelectionRange(6, 6);
  await fireEvent.keyUp(screen.getByTestId('find-text'), { key: 'i' });
  await settle();
  expect(screen.getAllByTestId('find-text-offer')[0]).toHaveTextContent('is:');
  await press('Tab');
  expect(screen.getByTestId('find-text')).toHaveValue('mail is:');
  await press('Enter');
  expect(screen.getByTestId('find-text')).toHaveValue('mail is:open ');
  await ask('mail is:open');
  expect(screen.getByTestId('find-text-part')).toHaveTextContent('is:open');
  await fireEvent.click(screen.getByRole('button', { name: 'Take out is:open' }));
  await settle();
  expect(screen.getByTestId('find-text')).toHaveValue('mail');
});

test('what is wrong is said at its place, and the best that can be had is found', async () => {
  await open();
  await ask('mail nosuch:thing');
  expect(screen.getByTestId('find-text-fault')).toHaveTextContent('nosuch:');
  expect(screen.getByTestId('find-text-fault')).toHaveTextContent('There is no operator “nosuch:”.');
  expect(screen.getByTestId('find-text')).toHaveAccessibleDescription(/no operator/);
});

test('what the search does not know yet is said', async () => {
  const { fake } = await open();
  fake.unread = 12;
  await ask('mail');
  expect(screen.getByTestId('find-covers')).toHaveTextContent(`12 of ${fake.tickets.length} are still being read for the search`);
  fake.unread = 0;
  await ask('mails');
  expect(screen.getByTestId('find-covers')).toHaveTextContent(/all \d+ tickets here, back to/);
});

test('what is still on its way is found on the server by one more key, brought here and opened', async () => {
  const { desk, fake } = await open();
  await ask('mail');
  expect(screen.queryByTestId('find-server')).toBeNull();
  const far = fake.tickets.splice(fake.tickets.findIndex((x) => x.subject.toLowerCase().includes('mail')), 1);
  fake.elsewhere = far;
  await ask('Mail');
  expect(screen.queryAllByTestId('find-row').map((r) => r.textContent).join()).not.toContain(far[0]?.subject);
  await fireEvent.keyDown(screen.getByTestId('find-text'), { key: 'Enter', ctrlKey: true });
  await settle();
  const rows = screen.getAllByTestId('find-row');
  expect(rows.at(-1)).toHaveTextContent(far[0]?.subject ?? '-');
  expect(screen.getByTestId('find-server')).toHaveTextContent('The server has nothing more that fits.');
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  const opened = vi.spyOn(desk, 'openTicket');
  await fireEvent.click(rows.at(-1) as HTMLElement);
  await settle();
  expect(fake.elsewhere).toEqual([]);
  expect(opened).toHaveBeenCalledWith(far[0]?.id, 0);
});

test('a server that cannot be asked says why, and what is here stays', async () => {
  const { fake } = await open();
  fake.elsewhere = [fake.tickets[0] as (typeof fake.tickets)[0]];
  fake.searchServer = () => Promise.reject(new Error(JSON.stringify({ code: 'offline', message: 'The server cannot be reached.', hint: 'Later.' })));
  await ask('mail');
  await fireEvent.click(screen.getByTestId('find-ask-server'));
  await settle();
  expect(screen.getByTestId('find-server')).toHaveTextContent('The server cannot be reached');
  expect(screen.getAllByTestId('find-row').length).toBeGreaterThan(1);
});
