import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Desk } from '$lib/state/desk.svelte';
import type { Options } from '$lib/backend/fake/desk';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import RequestSide from '../features/ticket/RequestSide.svelte';
import Held from './Held.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();

async function open(subject: string, options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const view = renderIn(desk, Ticket);
  await go(subject);
  return view;
}
async function go(subject: string): Promise<string> {
  const id = fake.tickets.find((t) => t.subject.startsWith(subject))?.id ?? '';
  desk.selection.open(id);
  await settle();
  return id;
}
const reply = () => screen.getByTestId<HTMLTextAreaElement>('reply-text');
const at = (id: string) => screen.getByTestId(id);

beforeEach(() => localStorageGuard());
afterEach(() => {
  close();
  vi.restoreAllMocks();
});

/** The page keeps no truth: nothing may reach for the browser's own store. */
function localStorageGuard(): void {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('the page keeps no truth');
  });
}

describe('what is being written', () => {
  test('survives going to another ticket and back', async () => {
    await open('Phone asks');
    await user.type(reply(), 'Please restart the');
    await go('New mailbox');
    expect(reply().value).toBe('');
    await go('Phone asks');
    expect(reply().value).toBe('Please restart the');
  });

  test('survives a change of status, and the button says what it does now', async () => {
    await open('Phone asks');
    await user.type(reply(), 'Please restart');
    await fake.setStatus(desk.selection.ticket, 'solved', '');
    await settle();
    expect(reply().value).toBe('Please restart');
    expect(at('reply-send')).toHaveTextContent('Send and reopen');
    expect(screen.getByText('This is solved. Writing opens it again.')).toBeVisible();
  });

  test('is there again after the window was loaded anew', async () => {
    const first = await open('Phone asks');
    await user.type(reply(), 'half a thought');
    reply().blur();
    await settle();
    first.unmount();
    const second = new (desk.constructor as new (b: FakeDesk) => Desk)(fake);
    await second.session.start();
    await second.load();
    second.selection.open(desk.selection.ticket);
    renderIn(second, Ticket);
    await settle();
    expect(reply().value).toBe('half a thought');
  });

  test('goes out with Ctrl+Enter and leaves an empty field', async () => {
    await open('Phone asks');
    const sent = vi.spyOn(fake, 'reply');
    await user.type(reply(), 'Done.{Control>}{Enter}{/Control}');
    await settle();
    expect(sent).toHaveBeenCalledOnce();
    expect(reply().value).toBe('');
    expect(screen.getAllByTestId('receipt').at(-1)).toHaveAttribute('data-state', 'confirmed');
  });

  test('is queued offline, in those words', async () => {
    await open('Phone asks', { state: 'offline' });
    expect(at('reply-send')).toHaveTextContent('Queue');
    expect(screen.getByText('Goes out when you are back online')).toBeInTheDocument();
    await user.type(reply(), 'Later.');
    await user.click(at('reply-send'));
    await settle();
    const receipt = screen.getAllByTestId('receipt').at(-1) as HTMLElement;
    expect(receipt).toHaveAttribute('data-state', 'queued');
    expect(receipt).toHaveTextContent('Queued on this computer');
  });
});

describe('a message that came meanwhile', () => {
  test('stands above the text, and nothing goes without a decision', async () => {
    await open('Phone asks');
    const sent = vi.spyOn(fake, 'reply');
    await user.type(reply(), 'Try the cable');
    fake.answer(desk.selection.ticket, 'It works again since noon.');
    await settle();
    expect(within(at('newer')).getByText(/It works again since noon/)).toBeInTheDocument();
    expect(at('reply-send')).toHaveTextContent('Send anyway');
    await user.type(reply(), '{Control>}{Enter}{/Control}');
    expect(sent).not.toHaveBeenCalled();
    expect(screen.queryByTestId('newer')).toBeNull();
    expect(reply().value).toBe('Try the cable');
    expect(at('reply-send')).toHaveTextContent('Send');
  });

  test('can be answered anyway, with what was on the screen as basis', async () => {
    await open('Phone asks');
    const sent = vi.spyOn(fake, 'reply');
    await user.type(reply(), 'Try the cable');
    fake.answer(desk.selection.ticket, 'It works again.');
    await settle();
    await user.click(at('reply-send'));
    await settle();
    expect(sent.mock.calls[0]?.[3]).toBe(2);
  });

  test('does not bother who has written nothing', async () => {
    await open('Phone asks');
    fake.answer(desk.selection.ticket, 'And one more thing.');
    await settle();
    expect(screen.queryByTestId('newer')).toBeNull();
  });
});

describe('an internal note', () => {
  test('never goes out as a reply; both texts are kept apart, ticket by ticket', async () => {
    await open('Phone asks');
    const sent = vi.spyOn(fake, 'reply');
    const noted = vi.spyOn(fake, 'addNote');
    await user.type(reply(), 'Hello Yusuf');
    await user.click(at('note-switch'));
    await user.type(at('note-text'), 'He is on the old plan.');
    expect(screen.getByText('your reply is kept')).toBeInTheDocument();
    expect(at('note-send')).toHaveTextContent('Add note');
    await go('New mailbox');
    expect(reply()).toBeInTheDocument();
    await go('Phone asks');
    await user.click(at('note-send'));
    await settle();
    expect(noted).toHaveBeenCalledWith(desk.selection.ticket, 'He is on the old plan.', [], []);
    expect(sent).not.toHaveBeenCalled();
    await user.click(at('reply-switch'));
    expect(reply().value).toBe('Hello Yusuf');
  });

  test('carries its signs in the thread', async () => {
    await open('Prescriptions');
    const note = screen.getAllByTestId('entry').find((e) => e.dataset.kind === 'note') as HTMLElement;
    expect(note).toHaveAccessibleName('Internal note by Marek Dvořák');
    expect(note).toHaveTextContent('never shown to Kranich Apotheken');
  });

  test('is not offered to a customer', async () => {
    await open('Paying', { as: 'customer' });
    expect(screen.queryByTestId('note-switch')).toBeNull();
  });

  test('calls a colleague by the first letters', async () => {
    await open('Phone asks');
    await user.click(at('note-switch'));
    await user.type(at('note-text'), '@Mar');
    expect(screen.getByRole('option', { name: /Marek Dvořák/ })).toBeInTheDocument();
    await user.keyboard('{Enter}');
    expect(at('note-text')).toHaveValue('@Marek ');
  });
});

describe('a held reply', () => {
  test('shows both texts and sends nothing by itself', async () => {
    ({ desk, fake, close } = await openDesk({ rows: 0 }));
    const anyway = vi.spyOn(fake, 'sendAnyway').mockResolvedValue();
    renderIn(desk, Ticket);
    renderIn(desk, Held);
    const item = fake.items.find((i) => i.kind === 'reply' && i.state === 'confirmed');
    if (!item) throw new Error('the fake desk has a reply in its outbox');
    desk.compare(item.id);
    await settle();
    const dialog = at('held-dialog');
    expect(dialog).toHaveTextContent('Anna answered while you were writing');
    expect(dialog).toHaveTextContent(item.text);
    expect(anyway).not.toHaveBeenCalled();
    await user.click(at('held-update'));
    await settle();
    expect(screen.queryByTestId('held-dialog')).toBeNull();
    await waitFor(() => expect(reply().value).toBe(item.text));
    expect(screen.queryByTestId('newer')).toBeNull();
  });

  test.each([
    ['held-send-anyway', 'sendAnyway'],
    ['held-note', 'makeNote'],
    ['held-discard', 'discardItem'],
  ] as const)('%s does that and nothing else', async (button, method) => {
    ({ desk, fake, close } = await openDesk({ rows: 0 }));
    const spies = (['sendAnyway', 'makeNote', 'discardItem', 'editItem'] as const).map((m) => vi.spyOn(fake, m).mockResolvedValue(undefined as never));
    renderIn(desk, Held);
    desk.compare(fake.items[1]?.id ?? '');
    await settle();
    await user.click(at(button));
    await settle();
    expect(spies.filter((s) => s.mock.calls.length > 0).map((s) => s.getMockName())).toEqual([method]);
    expect(desk.held).toBe('');
  });
});

describe('what can be done', () => {
  test('keys ask the questions', async () => {
    await open('Phone asks');
    const press = (name: string, shiftKey = false) => key(desk, name, { shiftKey });
    press('a');
    await settle();
    expect(screen.getByRole('combobox', { name: /from now on/ })).toBeInTheDocument();
    await user.type(at('assign-query'), 'Marek{Enter}');
    await settle();
    expect(fake.tickets.find((t) => t.id === desk.selection.ticket)?.owner).toBe('marek');
    press('A', true);
    await settle();
    expect(at('refer-dialog')).toBeInTheDocument();
  });

  test('passing on needs a department and a reason', async () => {
    await open('Phone asks');
    const refer = vi.spyOn(fake, 'refer');
    await user.click(at('act-refer'));
    await user.click(at('refer-dialog-go'));
    expect(screen.getByText('Choose the department.')).toBeInTheDocument();
    await user.click(at('refer-to-servers'));
    await user.type(at('refer-reason'), 'It is the cluster.');
    await user.click(at('refer-dialog-go'));
    await settle();
    expect(refer).toHaveBeenCalledWith(desk.selection.ticket, 'servers', 'It is the cluster.', '', []);
  });

  test('passing on to a department that is closed says when it opens', async () => {
    await open('Phone asks');
    await user.click(at('act-refer'));
    await user.click(at('refer-to-servers'));
    expect(screen.queryByTestId('refer-closed')).toBeNull();
    await user.click(at('refer-to-billing'));
    expect(at('refer-closed')).toHaveTextContent(/^Billing is closed and opens (tomorrow|Monday|\d+ \w+) 09:00\. It waits there until then, and Yusuf is told\.$/);
    expect(at('refer-dialog')).toHaveTextContent('Invoices and contracts. Closed; opens');
  });

  test('a voicemail opens its message, written already, and goes with none only for a reason', async () => {
    await open('Phone asks');
    const logged = vi.spyOn(fake, 'logCall');
    key(desk, 'l');
    await settle();
    await user.click(at('call-voicemail'));
    await settle();
    expect((at('call-text') as HTMLTextAreaElement).value).toMatch(/^Hello Yusuf,\n\nI called you at \d\d:\d\d and left a voicemail\. Call us back on \+44 20 7946 0100, .*\n\nJonas$/s);
    await user.clear(at('call-text'));
    await user.click(at('call-dialog-go'));
    expect(screen.getByText(/A voicemail needs a message with it/)).toBeInTheDocument();
    await user.click(at('call-silent'));
    await user.click(at('call-dialog-go'));
    expect(screen.getByText('Say why no message goes out.')).toBeInTheDocument();
    expect(logged).not.toHaveBeenCalled();
    await user.type(at('call-reason'), 'He reads no mail');
    await user.type(at('call-note'), 'Third try');
    await user.click(at('call-dialog-go'));
    await settle();
    expect(logged.mock.calls[0]?.[1]).toMatchObject({ with: 'yusuf', direction: 'out', outcome: 'voicemail', text: '', noMessage: 'He reads no mail', note: 'Third try' });
    expect(screen.queryByTestId('call-dialog')).toBeNull();
    expect(screen.getByText(/and left a voicemail/)).toBeInTheDocument();
  });

  test('what its author wrote stays when the fields change', async () => {
    await open('Phone asks');
    key(desk, 'l');
    await settle();
    await user.click(at('call-voicemail'));
    await user.type(at('call-text'), ' P.S.');
    await user.click(at('call-no_answer'));
    await user.click(at('call-voicemail'));
    expect((at('call-text') as HTMLTextAreaElement).value).toMatch(/voicemail.* P\.S\.$/s);
  });

  test('nothing of this is offered to a customer', async () => {
    await open('Paying', { as: 'customer' });
    key(desk, 'l');
    await settle();
    expect(screen.queryByTestId('call-dialog')).toBeNull();
  });

  test('a chat and a notice are kept', async () => {
    await open('Phone asks');
    const chat = vi.spyOn(fake, 'recordChat');
    const notice = vi.spyOn(fake, 'postNotice');
    key(desk, 'L', { shiftKey: true });
    await settle();
    await user.click(at('chat-dialog-go'));
    expect(screen.getByText('Paste what was written in the chat.')).toBeInTheDocument();
    await user.click(at('chat-with-elsewhere'));
    await user.type(at('chat-name'), 'Frau Blum');
    await user.type(at('chat-text'), 'blum: hello');
    await user.click(at('chat-dialog-go'));
    await settle();
    expect(chat.mock.calls[0]?.slice(1, 3)).toEqual(['', 'Frau Blum']);
    key(desk, 'N', { shiftKey: true });
    await settle();
    await user.type(at('notice-text'), 'We restart tonight.');
    await user.click(at('notice-dialog-go'));
    await settle();
    expect(notice.mock.calls[0]?.[1]).toBe('We restart tonight.');
  });

  test('a customer says how it was solved', async () => {
    await open('Paying', { as: 'customer' });
    const done = vi.spyOn(fake, 'closeTicket');
    await user.click(at('can-close'));
    await user.click(at('close-self'));
    await user.click(at('close-dialog-go'));
    await settle();
    expect(done).toHaveBeenCalledWith(desk.selection.ticket, 'self', '', false);
  });

  test('what is refused says why, and the question stays', async () => {
    await open('Phone asks');
    fake.closeTicket = () => Promise.reject({ code: 'conflict', message: 'Yusuf wrote a moment ago.', hint: 'Read it first.', field: '' });
    await user.click(at('can-close'));
    await user.click(at('cause-fixed'));
    await user.type(at('solve-text'), 'New cable');
    await user.click(at('solve-dialog-go'));
    await settle();
    expect(screen.getByText(/Yusuf wrote a moment ago/)).toBeInTheDocument();
    expect(at('solve-text')).toHaveValue('New cable');
  });
});

describe('by when a reply is expected', () => {
  const next = () => within(screen.getByRole('list', { name: 'Progress' })).getByRole('listitem', { current: 'step' });
  /** What stands beside the request where there is room for it. */
  const beside = async () => {
    const view = await fake.ticket(desk.selection.ticket);
    render(RequestSide, { view, card: undefined, now: desk.clock.now, ondial: vi.fn(), onescalate: vi.fn() });
    return screen.getByLabelText('About this request');
  };

  test('a customer reads it at the step that comes next, and beside the request', async () => {
    await open('Paying', { as: 'customer' });
    expect(next()).toHaveTextContent(/^Next answer, happening now by (\w+ )?\d\d:\d\d$/);
    expect(next()).toHaveAttribute('title', expect.stringMatching(/\d{4}.*:\d\d:\d\d$/));
    expect(await beside()).toHaveTextContent(/^Expected reply by (tomorrow )?\d\d:\d\d/);
  });

  test('what was promised and is over is not hidden', async () => {
    ({ desk, fake, close } = await openDesk({ rows: 0, as: 'customer' }));
    const t = fake.tickets.find((x) => x.subject.startsWith('Paying'));
    if (t) t.due = -30;
    renderIn(desk, Ticket);
    await go('Paying');
    expect(next()).toHaveTextContent(/^Next answer, happening now was expected (\w+ )?\d\d:\d\d$/);
    expect(await beside()).toHaveTextContent(/^A reply was expected by (yesterday )?\d\d:\d\d/);
  });

  test('nothing is promised while it is their turn', async () => {
    await open('Transfer of our', { as: 'customer' });
    expect(next()).toHaveTextContent(/^Waiting for you, happening now$/);
    const side = await beside();
    expect(side).not.toHaveTextContent(/expected/i);
    expect(side).toHaveTextContent(/Without an answer it ends (tomorrow|\w+day|\d+ \w+) \d\d:\d\d\. Writing opens it again\./);
  });
});

test.each([
  ['Prescriptions', 'staff'],
  ['Paying', 'customer'],
] as const)('%s is without faults for screen readers', async (subject, as) => {
  const { container } = await open(subject, { as });
  expect(await violations(container)).toEqual([]);
});
