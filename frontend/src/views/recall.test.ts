import { fireEvent, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import { receipt } from '$lib/backend/fake/world';
import type { Desk } from '$lib/state/desk.svelte';
import { openDesk, renderIn, settle } from '../../tests/desk';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const reply = () => screen.getByTestId<HTMLTextAreaElement>('reply-text');
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

/** Sends a message that goes out so many milliseconds from now. */
async function sent(text: string, within: number): Promise<void> {
  ({ desk, fake, close } = await openDesk({ rows: 0 }));
  const ticket = fake.tickets.find((t) => t.subject.startsWith('Phone asks'));
  if (!ticket) throw new Error('no ticket');
  renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  await user.type(reply(), `${text}{Control>}{Enter}{/Control}`);
  await settle();
  const last = ticket.entries.at(-1);
  if (!last) throw new Error('no letter');
  last.receipt = receipt('queued', new Date().toISOString(), { until: new Date(Date.now() + within).toISOString() });
  last.outbox = fake.items.at(-1)?.id ?? '';
  fake.emit('ticket', { id: ticket.id });
  await settle();
}
const undo = () => fireEvent.keyDown(document.activeElement ?? document.body, { key: 'z', ctrlKey: true });
const handled = async () => {
  const hear = (e: KeyboardEvent) => void desk.actions.handle(e);
  window.addEventListener('keydown', hear);
  await undo();
  window.removeEventListener('keydown', hear);
  await settle();
};

test('what was just sent says when it goes, and Ctrl+Z takes it back into the field', async () => {
  await sent('Never mnid', 12_000);
  expect(screen.getByTestId('grace')).toHaveTextContent('in 12 s');
  expect(screen.getByText(/^Goes out at \d\d:\d\d:\d\d$/)).toBeVisible();
  const edit = vi.spyOn(fake, 'editItem');
  expect(reply()).toHaveFocus();
  await handled();
  expect(edit).toHaveBeenCalledOnce();
  expect(reply().value).toBe('Never mnid');
});

test('Ctrl+Z belongs to the field while there is text in it, and to nothing when the time is over', async () => {
  await sent('One', 700);
  const edit = vi.spyOn(fake, 'editItem');
  await user.type(reply(), 'Two');
  await handled();
  expect(edit).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(screen.queryByTestId('grace')).toBeNull(), { timeout: 3000 });
  expect(screen.getByText('Queued on this computer')).toBeVisible();
  await user.clear(reply());
  await handled();
  expect(edit).not.toHaveBeenCalled();
});
