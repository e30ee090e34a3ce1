import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const reply = () => screen.getByTestId<HTMLTextAreaElement>('reply-text');
const press = (name: string, shiftKey = false) => key(desk, name, { shiftKey });

async function open(subject: string) {
  ({ desk, fake, close } = await openDesk({ rows: 0 }));
  const shown = renderIn(desk, Ticket);
  desk.selection.open(fake.tickets.find((t) => t.subject.startsWith(subject))?.id ?? '');
  await settle();
  return shown;
}
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('a letter takes up another, which leads there', async () => {
  const { container } = await open('Prescriptions');
  const sent = vi.spyOn(fake, 'reply');
  await user.click(screen.getAllByTestId('quote')[0] as HTMLElement);
  await settle();
  expect(at('refers')).toHaveTextContent('Replies to Miriam');
  expect(reply()).toHaveFocus();
  await user.clear(reply());
  await user.type(reply(), 'About the nine branches{Control>}{Enter}{/Control}');
  await settle();
  expect(sent.mock.calls[0]?.[5]).toMatchObject({ refers: 1, corrects: false });
  expect(screen.queryByTestId('refers')).toBeNull();
  expect(at('about')).toHaveTextContent(/^Miriam.*Since this morning no prescription/);
  await user.click(at('about'));
  await settle();
  expect(document.activeElement).toHaveAttribute('data-ref', '1');
  expect(await violations(container)).toEqual([]);
});

test('keys take up the newest letter and correct the own newest, and x lets go', async () => {
  await open('Prescriptions');
  const sent = vi.spyOn(fake, 'reply');
  press('R', true);
  await settle();
  expect(at('refers')).toHaveTextContent('Replies to Miriam');
  await user.click(screen.getByLabelText('Do not refer to it'));
  await settle();
  expect(screen.queryByTestId('refers')).toBeNull();
  reply().blur();
  key(desk, 'r', { altKey: true });
  await settle();
  expect(at('refers')).toHaveTextContent(/Corrects your message of/);
  await user.clear(reply());
  await user.type(reply(), 'It is back in since 12:50{Control>}{Enter}{/Control}');
  await settle();
  expect(sent.mock.calls[0]?.[5]).toMatchObject({ refers: 4, corrects: true });
  expect(at('about')).toHaveTextContent(/^Corrects/);
  expect(screen.getByText('corrected below')).toBeInTheDocument();
});

test('a note and an own letter of somebody else cannot be taken up so', async () => {
  await open('Prescriptions');
  const letters = screen.getAllByTestId('entry').filter((e) => e.dataset.kind === 'message');
  expect(screen.getAllByTestId('quote')).toHaveLength(letters.length);
  expect(screen.getAllByTestId('correct')).toHaveLength(1);
});
