import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { TicketView } from '$lib/backend';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Details from '../features/ticket/Details.svelte';
import Files from '../features/ticket/Files.svelte';
import RequestSide from '../features/ticket/RequestSide.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const press = async (name: string, more: KeyboardEventInit = {}) => {
  key(desk, name, more);
  await settle();
};
const keep = (part: Partial<NonNullable<TicketView['keep']>> = {}): TicketView['keep'] => ({ until: '2028-03-09T10:00:00Z', ends: '', files: '', filesGone: '', hold: null, ...part });

async function open(subject: string, options: Partial<Options> = {}, kept: TicketView['keep'] = null) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const ticket = fake.tickets.find((t) => t.subject.startsWith(subject));
  if (!ticket) throw new Error(`no ticket ${subject}`);
  ticket.keep = kept;
  const shown = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  return shown;
}
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('a lead holds a ticket with a reason, and takes it off', async () => {
  const { container } = await open('Phone asks', { as: 'lead' });
  const held = vi.spyOn(fake, 'hold');
  await press('V', { shiftKey: true });
  expect(await violations(container)).toEqual([]);
  await user.click(at('legal-dialog-go'));
  expect(held).not.toHaveBeenCalled();
  expect(screen.getByText('Say why it has to be kept.')).toBeVisible();
  await user.type(at('legal-reason'), 'A claim');
  await user.click(at('legal-dialog-go'));
  await settle();
  expect(held).toHaveBeenCalledWith(desk.selection.ticket, true, 'A claim');
  const beside = render(Details, { view: await fake.ticket(desk.selection.ticket), now: new Date(), ontags: () => undefined });
  expect(at('kept')).toHaveTextContent('On legal hold since');
  expect(at('kept')).toHaveTextContent('A claim');
  beside.unmount();
  await press('V', { shiftKey: true });
  await user.type(at('legal-reason'), 'Settled');
  await user.click(at('legal-dialog-go'));
  expect(held).toHaveBeenLastCalledWith(desk.selection.ticket, false, 'Settled');
});

test('an engineer has no hold to give', async () => {
  await open('Phone asks');
  await press('V', { shiftKey: true });
  expect(screen.queryByTestId('legal-dialog')).toBeNull();
});

test('a copy is saved by the keyboard, and says what is not in it', async () => {
  await open('Phone asks');
  const saved = vi.spyOn(fake, 'saveCopy').mockResolvedValue({ name: 'x.zip', missing: ['log.txt'] });
  await press('s', { ctrlKey: true });
  expect(saved).toHaveBeenCalledWith(desk.selection.ticket);
  expect(screen.getByText(/without what could not be fetched: log.txt/)).toBeVisible();
});

test('who asked reads until when it is kept, and when it will be deleted', async () => {
  await open('Phone asks', {}, keep());
  const view = await fake.ticket(desk.selection.ticket);
  const copy = vi.fn();
  const acts = { copy } as never;
  const first = render(RequestSide, { view, card: undefined, now: new Date('2026-03-10T10:00:00Z'), acts });
  expect(at('kept')).toHaveTextContent('At least until');
  expect(at('kept')).toHaveTextContent('2028');
  await user.click(at('keep-copy'));
  expect(copy).toHaveBeenCalled();
  first.unmount();
  render(RequestSide, { view: { ...view, keep: keep({ ends: '2028-03-09T10:00:00Z', filesGone: '2027-03-09T10:00:00Z' }) }, card: undefined, now: new Date('2028-02-10T10:00:00Z'), acts });
  expect(at('kept')).toHaveTextContent('It will be deleted with its files on');
  expect(at('kept')).toHaveTextContent('Its files were deleted on');
});

test('a file that was deleted after its time is no button', async () => {
  await open('Phone asks');
  render(Files, { files: [{ hash: 'a', name: 'log.txt', size: 10, type: 'text/plain', state: 'gone', progress: 0, preview: '' }], acts: {} as never, pending: false });
  expect(screen.queryByRole('button', { name: /log.txt/ })).toBeNull();
  expect(screen.getByText('deleted after its time')).toBeVisible();
});
