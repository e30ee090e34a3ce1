import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { AskInfo } from '$lib/backend';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
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
const ask = (id: string, text: string, part: Partial<AskInfo> = {}): AskInfo => ({ id, text, step: false, required: true, state: '', answer: '', by: '', at: '', ...part });

async function open(subject: string, asks: AskInfo[], options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const ticket = fake.tickets.find((t) => t.subject.startsWith(subject));
  if (!ticket) throw new Error(`no ticket ${subject}`);
  ticket.asks = asks;
  const letter = ticket.entries.findLast((e) => e.by !== ticket.requester);
  if (letter) letter.asks = asks;
  const shown = renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  return shown;
}
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('an engineer asks with a list, by the keyboard alone', async () => {
  const { container } = await open('Phone asks', []);
  const sent = vi.spyOn(fake, 'reply');
  press('q');
  await settle();
  expect(screen.getAllByTestId('ask-text')[0]).toHaveFocus();
  await user.keyboard('Since when?{Enter}Which program?');
  press('Q', true);
  await user.click(at('ask-step'));
  await user.keyboard('Restart it');
  expect(await violations(container)).toEqual([]);
  await user.keyboard('{Control>}{Enter}{/Control}');
  await settle();
  expect(sent.mock.calls[0]?.[5]).toEqual({
    asks: [{ text: 'Since when?', step: false, required: true }, { text: 'Which program?', step: false, required: true }, { text: 'Restart it', step: true, required: false }],
    answers: [], refers: 0, corrects: false,
  });
  const card = at('asked');
  expect(card).toHaveTextContent('Questions for Yusuf');
  expect(card).toHaveTextContent('0 of 3 answered');
  expect(within(card).getAllByText('required, open')).toHaveLength(2);
  expect(screen.queryByTestId('asks')).toBeNull();
});

test('a row without words is no question, and Backspace takes it away', async () => {
  await open('Phone asks', []);
  const sent = vi.spyOn(fake, 'reply');
  await user.click(at('ask'));
  await settle();
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(sent).not.toHaveBeenCalled();
  await user.click(at('ask-text'));
  await user.keyboard('{Backspace}');
  await settle();
  expect(screen.queryByTestId('asks')).toBeNull();
  expect(reply()).toHaveFocus();
});

test('a customer answers above the text, in words and in states', async () => {
  const { container } = await open('Paying', [ask('a', 'Since when?'), ask('b', 'Which browser?'), ask('c', 'Switch live rates off', { step: true, required: false })], { as: 'customer' });
  const sent = vi.spyOn(fake, 'reply');
  expect(at('answers')).toHaveTextContent('0 of 3 filled in');
  press('q');
  await settle();
  await user.keyboard('Monday');
  await user.click(screen.getAllByText('Can’t answer')[1] as HTMLElement);
  await user.click(screen.getByRole('radio', { name: 'Didn’t work' }));
  await user.type(screen.getByLabelText('What you saw'), 'Same as before');
  expect(at('answers')).toHaveTextContent('3 of 3 filled in');
  expect(await violations(container)).toEqual([]);
  await user.click(at('reply-send'));
  await settle();
  expect(sent.mock.calls[0]?.[5].answers).toEqual([
    { ask: 'a', state: 'answered', text: 'Monday' }, { ask: 'b', state: 'cannot', text: '' }, { ask: 'c', state: 'did_not', text: 'Same as before' },
  ]);
  expect(screen.queryByTestId('answers')).toBeNull();
  expect(screen.getAllByTestId('asked').at(-1)).toHaveTextContent('Did not work: Same as before');
});

test('a message without the answers is asked about once, then goes', async () => {
  await open('Paying', [ask('a', 'Since when?'), ask('b', 'Where?', { required: false })], { as: 'customer' });
  const sent = vi.spyOn(fake, 'reply');
  await user.type(reply(), 'Please hurry{Control>}{Enter}{/Control}');
  await settle();
  expect(sent).not.toHaveBeenCalled();
  expect(at('gentle')).toHaveTextContent('“Since when?” has no answer yet.');
  expect(at('reply-send')).toHaveTextContent('Send anyway');
  await user.keyboard('{Control>}{Enter}{/Control}');
  await settle();
  expect(sent).toHaveBeenCalledOnce();
  await user.type(reply(), 'Hello?{Control>}{Enter}{/Control}');
  await settle();
  expect(sent).toHaveBeenCalledTimes(2);
});

test('what was filled in is a draft: it is on disk, and there again in a new window', async () => {
  const first = await open('Paying', [ask('a', 'Since when?')], { as: 'customer' });
  await user.type(screen.getByLabelText('Since when?'), 'Mon');
  window.dispatchEvent(new Event('blur'));
  await settle();
  first.unmount();
  const second = new (desk.constructor as new (b: FakeDesk) => Desk)(fake);
  await second.session.start();
  await second.load();
  second.selection.open(desk.selection.ticket);
  renderIn(second, Ticket);
  await settle();
  expect(screen.getByLabelText('Since when?')).toHaveValue('Mon');
});

test('the team notes what it heard elsewhere', async () => {
  await open('Phone asks', [ask('a', 'Since when?'), ask('b', 'Restart it', { step: true })]);
  await user.type(reply(), 'x');
  await user.click(screen.getByTestId('reply-send'));
  const noted = vi.spyOn(fake, 'settleAsk');
  reply().blur();
  press('S', true);
  await settle();
  await user.click(at('ask-b'));
  await user.click(at('state-worked'));
  await user.type(at('settle-text'), 'on the phone');
  await user.click(at('settle-dialog-go'));
  await settle();
  expect(noted).toHaveBeenCalledWith(desk.selection.ticket, 'b', 'worked', 'on the phone');
});

test('nothing is pinned on what is solved, nor for who may not write', async () => {
  await open('Newsletter pictures', [ask('a', 'Since when?')], { as: 'customer' });
  expect(screen.queryByTestId('answers')).toBeNull();
});
