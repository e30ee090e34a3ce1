import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import RequestSide from '../features/ticket/RequestSide.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const press = async (name: string) => {
  key(desk, name);
  await settle();
};

async function open(subject: string, options: Partial<Options> = {}, proposed = false) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const ticket = fake.tickets.find((t) => t.subject.startsWith(subject));
  if (!ticket) throw new Error(`no ticket ${subject}`);
  if (proposed) ticket.workaround = { text: 'Use the other door', ref: 0, by: 'Jonas Reiter', verdict: '', why: '', pending: false };
  const shown = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  return shown;
}
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('an engineer proposes a workaround by the keyboard', async () => {
  const { container } = await open('Phone asks');
  const sent = vi.spyOn(fake, 'proposeWorkaround');
  await press('w');
  expect(await violations(container)).toEqual([]);
  await user.click(at('workaround-dialog-go'));
  expect(sent).not.toHaveBeenCalled();
  await user.type(at('workaround-text'), 'Use the other door');
  await user.click(at('workaround-dialog-go'));
  await settle();
  expect(sent).toHaveBeenCalledWith(desk.selection.ticket, 'Use the other door');
});

test('the customer says whether it works, and why where it does not', async () => {
  await open('Paying', { as: 'customer' }, true);
  const judged = vi.spyOn(fake, 'judgeWorkaround');
  await press('w');
  await user.click(at('verdict-cannot'));
  await user.click(at('verdict-dialog-go'));
  expect(judged).not.toHaveBeenCalled();
  await user.type(at('verdict-why'), 'It is locked');
  await user.click(at('verdict-dialog-go'));
  await settle();
  expect(judged).toHaveBeenCalledWith(desk.selection.ticket, 'cannot', 'It is locked');
});

test('one click where it works; then it can only stop working', async () => {
  await open('Paying', { as: 'customer' }, true);
  const judge = vi.fn();
  const acts = { judge } as never;
  const side = render(RequestSide, { view: await fake.ticket(desk.selection.ticket), card: undefined, now: new Date(), acts });
  const buttons = screen.getAllByTestId('judge-works');
  await user.click(buttons[buttons.length - 1] as HTMLElement);
  expect(judge).toHaveBeenCalledWith('works');
  side.unmount();
  await fake.judgeWorkaround(desk.selection.ticket, 'works', '');
  render(RequestSide, { view: await fake.ticket(desk.selection.ticket), card: undefined, now: new Date(), acts });
  expect(screen.getAllByText('The fix is pending.').length).toBeGreaterThan(0);
  expect(screen.getAllByTestId('judge-stopped').length).toBeGreaterThan(0);
});
