import { fireEvent, screen, within } from '@testing-library/svelte';
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
  expect(document.getElementById(chosen ?? '')).toBe(within(screen.getByTestId('find-tickets')).getAllByTestId('find-row')[1]);
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
  fake.files = 3;
  await ask('mail');
  expect(screen.getByTestId('find-covers')).toHaveTextContent(/here, back to .* · text files of 3 still to come$/);
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

test('articles stand above the tickets, are walked to by the arrows and opened in Help', async () => {
  const { desk } = await open();
  await ask('forward');
  const [article] = within(screen.getByTestId('find-articles')).getAllByTestId('find-row');
  expect(article).toHaveTextContent('Forward mail to another address');
  expect(article?.querySelector('mark')).toHaveTextContent('Forward');
  expect(screen.getByRole('group', { name: 'Articles' })).toBeInTheDocument();
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  const at = () => document.getElementById(screen.getByTestId('find-text').getAttribute('aria-activedescendant') ?? '');
  while (at() !== article) await press('ArrowUp');
  await press('Enter');
  expect(desk.place).toBe('help');
  expect(desk.over).toBe('');
  expect(screen.getByRole('heading', { name: 'Forward mail to another address' })).toBeInTheDocument();
});

test('is:article shows articles alone, all of them, and Enter opens the first', async () => {
  const { desk, fake } = await open();
  await ask('is:article');
  expect(screen.queryByTestId('find-tickets')).toBeNull();
  expect(within(screen.getByTestId('find-articles')).getAllByTestId('find-row')).toHaveLength(fake.articles.length);
  await ask('the');
  const of = (await fake.search('the', 0)).articleCount;
  expect(of).toBeGreaterThan(3);
  await fireEvent.click(screen.getByTestId('find-articles-all'));
  await settle();
  expect(screen.getByTestId('find-text')).toHaveValue('is:article the');
  await ask('is:article the ');
  await press('Enter');
  expect(desk.place).toBe('help');
});

test('what is in writing is marked as a draft and opened where it was left', async () => {
  const { desk, fake } = await open();
  const ticket = fake.tickets.find((t) => t.subject.includes('mail')) ?? fake.tickets[0];
  if (!ticket) throw new Error('no ticket');
  const empty = { subject: '', department: '', urgency: 'normal' as const, type: '' as const, claim: { down: '' as const, since: '' as const, impact: '' as const, severity: '' as const }, org: '', private: false, ccs: [], refs: [], files: [], basis: 0, updated: '', beside: { asks: [], answers: [], refers: 0, corrects: false } };
  await fake.saveDraft({ ...empty, key: '', ticket: ticket.id, kind: 'note', text: 'The zirconium is expensive.' });
  await fake.saveDraft({ ...empty, key: 'new/x', ticket: '', kind: 'new', text: 'For the shelf.', subject: 'Order zirconium' });
  await ask('zirconium');
  const rows = within(screen.getByTestId('find-drafts')).getAllByTestId('find-row');
  const note = rows.find((r) => r.textContent?.includes('expensive'));
  const begun = rows.find((r) => r.textContent?.includes('shelf'));
  expect(note).toHaveTextContent(/Draft of a note/);
  expect(note).toHaveTextContent(ticket.number);
  expect(begun).toHaveTextContent('Draft');
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  await fireEvent.click(note as HTMLElement);
  await settle();
  expect(desk.selection.ticket).toBe(ticket.id);
  expect(screen.getByDisplayValue('The zirconium is expensive.')).toBeInTheDocument();
  desk.show('find');
  await settle();
  await ask('zirconium shelf');
  await press('Enter');
  expect(desk.place).toBe('new');
  expect(screen.getByDisplayValue('Order zirconium')).toBeInTheDocument();
});

test('how many there are is said, also of more than one page, and what is still to come', async () => {
  const { fake } = await open({ rows: 400 });
  const count = (await fake.countSearch('is:open')).tickets;
  expect(count).toBeGreaterThan(30);
  await ask('is:open');
  await vi.waitFor(() => expect(screen.getByTestId('find-tickets').querySelector('p')).toHaveTextContent(`${count} tickets`));
  fake.countSearch = async () => ({ tickets: 300, more: true });
  await ask('is:open ');
  expect(screen.getByTestId('find-tickets').querySelector('p')).toHaveTextContent('300+ tickets');
  const search = fake.search;
  const covers = (part: object) => {
    fake.search = async (q, from) => { const p = await search(q, from); return { ...p, coverage: { ...p.coverage, tickets: 50, ...part } }; };
  };
  covers({ loading: 3100 });
  await ask('mail');
  expect(screen.getByTestId('find-covers')).toHaveTextContent('50 tickets here, up to 3,100 more on the server');
  covers({ open: true, waiting: 7 });
  await ask('mail ');
  expect(screen.getByTestId('find-covers')).toHaveTextContent('50 tickets here, more still come from the server · 7 of 50 are still being read for the search');
  expect(screen.getByTestId('find-ask-server')).toBeInTheDocument();
});

test('a search that cannot be had says why', async () => {
  const { fake } = await open();
  fake.search = () => Promise.reject(new Error(JSON.stringify({ code: 'expired', message: 'This copy can be read no more.', hint: 'Connect.' })));
  await ask('mail');
  expect(screen.getByTestId('find-wrong')).toHaveTextContent('This copy can be read no more. Connect.');
});
