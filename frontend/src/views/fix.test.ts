import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Details from '../features/ticket/Details.svelte';
import WorkDialog from '../features/ticket/dialogs/WorkDialog.svelte';
import RequestSide from '../features/ticket/RequestSide.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const press = async (name: string, shiftKey = false) => {
  key(desk, name, { shiftKey });
  await settle();
};

async function open(subject: string, options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const ticket = fake.tickets.find((t) => t.subject.startsWith(subject));
  if (!ticket) throw new Error(`no ticket ${subject}`);
  const shown = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  return { ...shown, ticket };
}
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('a fix is planned for a day by the keyboard', async () => {
  const { container } = await open('Phone asks');
  const set = vi.spyOn(fake, 'setFix');
  await press('W', true);
  expect(await violations(container)).toEqual([]);
  await user.type(at('fix-due'), '2001-03-07T15:00');
  await user.click(at('fix-dialog-go'));
  expect(set).not.toHaveBeenCalled(); // that day has passed
  const later = new Date(Date.now() + 3 * 24 * 3_600_000);
  await user.clear(at('fix-due'));
  await user.type(at('fix-due'), `${later.getFullYear()}-${String(later.getMonth() + 1).padStart(2, '0')}-${String(later.getDate()).padStart(2, '0')}T15:00`);
  await user.type(at('fix-text'), 'The part comes');
  await user.click(at('fix-dialog-go'));
  await settle();
  expect(set).toHaveBeenCalledWith(desk.selection.ticket, 'planned', expect.stringContaining('T'), 'The part comes');
});

test('why there will be no fix has to be said', async () => {
  await open('Phone asks');
  const set = vi.spyOn(fake, 'setFix');
  await press('W', true);
  await user.click(at('fix-none'));
  await user.click(at('fix-dialog-go'));
  expect(set).not.toHaveBeenCalled();
  await user.type(at('fix-text'), 'It is as built');
  await user.click(at('fix-dialog-go'));
  await settle();
  expect(set).toHaveBeenCalledWith(desk.selection.ticket, 'none', '', 'It is as built');
});

test('a new problem gathers two requests; its fix is told there and not here', async () => {
  const { ticket } = await open('Phone asks');
  await press('W', true);
  await user.click(at('fix-problem'));
  await user.click(at('fix-dialog-go'));
  expect(screen.getByRole('alert', { name: '' }).textContent).toBe('Choose a problem, or name a new one.');
  await user.type(at('fix-query'), 'Rusty array');
  await user.click(at('problem-new'));
  await user.click(at('fix-dialog-go'));
  await settle();
  const problem = fake.tickets.find((t) => t.subject === 'Rusty array');
  expect(problem?.type).toBe('problem');
  expect((await fake.ticket(ticket.id)).fix?.problem?.ticket).toBe(problem?.id);

  const other = fake.tickets.find((t) => t.subject.startsWith('Paying'));
  desk.selection.open(other?.id ?? '');
  await settle();
  await press('W', true);
  await user.click(at('fix-problem'));
  await settle();
  await user.click(at(`problem-${problem?.id}`));
  await user.click(at('fix-dialog-go'));
  await settle();
  const shown = render(Details, { view: await fake.ticket(problem?.id ?? ''), now: new Date(), ontags: () => {} });
  expect(shown.getAllByText('2 requests wait for it.').length).toBeGreaterThan(0);
  shown.unmount();

  await press('W', true);
  expect(screen.queryByTestId('fix-done')).toBeNull();
  expect(at('fix-leave')).toBeTruthy();
});

test('a customer reads that a fix is planned, and nothing of the problem', async () => {
  await open('Paying', { as: 'customer' });
  const ticket = fake.tickets.find((t) => t.id === desk.selection.ticket);
  if (!ticket) throw new Error('no ticket');
  ticket.fix = { state: 'planned', due: '2031-03-07T15:00:00Z', problem: fake.tickets.find((t) => t !== ticket)?.id ?? '' };
  const side = render(RequestSide, { view: await fake.ticket(ticket.id), card: undefined, now: new Date() });
  expect(side.getAllByText(/A fix is planned for Friday,? 7 March/).length).toBeGreaterThan(0);
  expect(side.queryByText(/Waits for/)).toBeNull();
  expect(side.queryByTestId('fix-say')).toBeNull();
});

test('who approves planned work can be another one afterwards', async () => {
  await open('Phone asks');
  const ticket = desk.selection.ticket;
  const view = await fake.ticket(ticket);
  const cc = view.ccs[0] ?? { id: 'lars', name: 'Lars Fischer', outside: false, me: false, since: '' };
  const work = { risk: 'Mail stands still', from: '2031-03-07T22:00:00Z', until: '2031-03-07T23:00:00Z', by: 'Jonas Reiter', approver: cc.id, past: false };
  const run = vi.fn(() => Promise.resolve());
  render(WorkDialog, { view: { ...view, ccs: [cc], work }, now: new Date(), run, onclose: () => {} });
  expect(at(`approver-${cc.id}`)).toBeChecked();
  await user.click(at(`approver-${view.requester.id}`));
  await user.click(at('work-dialog-go'));
  expect(run).toHaveBeenCalledWith('Mail stands still', new Date(work.from).toISOString(), new Date(work.until).toISOString(), view.requester.id);
});

test('work is planned with its risk and its time, and approved by who asked', async () => {
  await open('Phone asks');
  const plan = vi.spyOn(fake, 'planWork');
  key(desk, 'o', { altKey: true });
  await settle();
  await user.type(at('work-from'), '2031-03-07T22:00');
  await user.type(at('work-until'), '2031-03-07T21:00');
  await user.type(at('work-risk'), 'Mail stands still');
  await user.click(at('work-dialog-go'));
  expect(plan).not.toHaveBeenCalled(); // over before it begins
  await user.clear(at('work-until'));
  await user.type(at('work-until'), '2031-03-07T23:00');
  await user.click(at('work-dialog-go'));
  await settle();
  expect(plan).toHaveBeenCalledWith(desk.selection.ticket, 'Mail stands still', new Date('2031-03-07T22:00').toISOString(), new Date('2031-03-07T23:00').toISOString(), expect.any(String));
  const side = render(RequestSide, { view: await fake.ticket(desk.selection.ticket), card: undefined, now: new Date(), onapprove: () => {} });
  expect(side.getAllByTestId('work')[0]?.textContent).toContain('Mail stands still');
  expect(side.getAllByTestId('approve').length).toBeGreaterThan(0);
});
