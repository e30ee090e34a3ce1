import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Details from '../features/ticket/Details.svelte';
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

async function open(pick: (fake: FakeDesk) => string, options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const shown = renderIn(desk, Ticket);
  desk.selection.open(pick(fake));
  await settle();
  return shown;
}
const phone = (f: FakeDesk): string => f.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '';
const mine = (f: FakeDesk): string => f.tickets.find((t) => t.requester === f.me.id && t.status === 'in_progress')?.id ?? '';
const tooLarge = { files: [], faults: [{ code: 'too_large', message: '“dump.log” has 24,000,000 bytes; at most 20,000,000 can be sent.', hint: '', field: 'files' }], large: [{ handle: 'h1', name: 'dump.log', size: 24_000_000, text: true }] };
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('an engineer allows large files by the keyboard, and ends it', async () => {
  const { container } = await open(phone);
  const granted = vi.spyOn(fake, 'grantUpload');
  await press('f');
  expect(await violations(container)).toEqual([]);
  await user.clear(at('grant-days'));
  await user.type(at('grant-days'), '91');
  await user.click(at('grant-dialog-go'));
  expect(granted).not.toHaveBeenCalled();
  expect(screen.getByText('Give it 1 to 90 days.')).toBeVisible();
  await user.clear(at('grant-days'));
  await user.type(at('grant-days'), '3');
  await user.click(at('grant-dialog-go'));
  await settle();
  expect(granted).toHaveBeenCalledWith(desk.selection.ticket, 2_000_000_000, 3);
  const beside = render(Details, { view: await fake.ticket(desk.selection.ticket), now: new Date(), ontags: () => undefined });
  expect(at('granted')).toHaveTextContent('may still be sent');
  beside.unmount();
  await press('f');
  await user.click(at('grant-0'));
  await user.click(at('grant-dialog-go'));
  await settle();
  expect(granted).toHaveBeenLastCalledWith(desk.selection.ticket, 0, 0);
});

test('a customer asks for what is too large, or takes it compressed', async () => {
  await open(mine, { as: 'customer' });
  const asked = vi.spyOn(fake, 'askLarge');
  fake.emit('dropped', tooLarge);
  await settle();
  expect(screen.getByText(/24,000,000 bytes/)).toBeVisible();
  await user.click(at('large-ask'));
  expect(asked).toHaveBeenCalledWith(desk.selection.ticket, 'h1');
  expect(screen.queryByTestId('large')).toBeNull();
  fake.emit('dropped', tooLarge);
  await settle();
  await user.click(at('large-compress'));
  await settle();
  expect(screen.getByText('h1.gz')).toBeVisible();
  expect(screen.queryByTestId('large')).toBeNull();
});

test('the team is not asked to ask', async () => {
  await open(phone);
  fake.emit('dropped', { ...tooLarge, large: [{ handle: 'h1', name: 'dump.bin', size: 24_000_000, text: false }] });
  await settle();
  expect(screen.queryByTestId('large')).toBeNull();
});

test('who asked reads what is left of it, and when it ended', async () => {
  await open(phone);
  const view = await fake.ticket(desk.selection.ticket);
  const grant = { by: 'Jonas Reiter', until: '2026-03-09T10:00:00Z', bytes: 30_000_000, used: 24_000_000, left: 6_000_000 };
  const first = render(RequestSide, { view: { ...view, grant }, card: undefined, now: new Date('2026-03-08T10:00:00Z') });
  expect(at('granted')).toHaveTextContent(/6(\.0)?\sMB of 30(\.0)?\sMB may still be sent/);
  first.unmount();
  render(RequestSide, { view: { ...view, grant: { ...grant, left: 0 } }, card: undefined, now: new Date('2026-03-10T10:00:00Z') });
  expect(at('granted')).toHaveTextContent('They could be sent until');
});
