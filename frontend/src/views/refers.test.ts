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

/** What is chosen in the page. */
const chosen = () => document.getSelection()?.toString() ?? '';
const move = async (name: string, more: KeyboardEventInit = {}) => {
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
  await settle();
};

test('by keys alone words of a letter are chosen and quoted with who wrote them', async () => {
  const { container } = await open('Prescriptions');
  const letters = [...container.querySelectorAll<HTMLElement>('[data-ref]')];
  await user.clear(reply());
  await user.type(reply(), 'Hello');
  reply().blur();
  key(desk, 'c', { altKey: true });
  await settle();
  expect(document.activeElement).toBe(letters.at(-1));
  for (let i = 1; i < letters.length; i++) key(desk, 'c', { altKey: true });
  await settle();
  expect(document.activeElement).toBe(letters[0]);
  expect(letters[0]).toHaveTextContent('Since this morning no prescription');
  expect(chosen()).toBe('Since');
  await move('ArrowRight');
  expect(chosen()).toBe('this');
  await move('ArrowRight', { shiftKey: true, ctrlKey: true });
  expect(chosen()).toBe('this morning');
  await move('ArrowRight', { shiftKey: true });
  await move('ArrowLeft', { shiftKey: true });
  expect(chosen()).toBe('this morning');
  press('R', true);
  await settle();
  expect(reply().value).toBe('Hello\n\n> Miriam Vogt:\n> this morning\n\n');
  expect(reply()).toHaveFocus();
  expect(at('refers')).toHaveTextContent('Replies to Miriam');
  expect(await violations(container)).toEqual([]);
});

test('with nothing chosen the newest letter is taken up, and nothing is quoted', async () => {
  const { container } = await open('Prescriptions');
  const before = reply().value;
  key(desk, 'c', { altKey: true });
  await settle();
  await move('End', { shiftKey: true });
  expect(chosen().length).toBeGreaterThan(20);
  await move('Escape');
  expect(chosen()).toBe('');
  press('R', true);
  await settle();
  expect(reply().value).toBe(before);
  expect(at('refers')).toBeTruthy();
  // Words of two letters are of nobody in particular.
  const [first, second] = [...container.querySelectorAll('[data-ref]')].map((l) => l.querySelector('[data-testid="entry-text"] p')).map((p) => [...(p?.childNodes ?? [])].find((n): n is Text => n instanceof Text && n.length > 3));
  document.getSelection()?.setBaseAndExtent(first as Text, 0, second as Text, 3);
  press('R', true);
  await settle();
  expect(reply().value).toBe(before);
});
