import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import type { Options } from '../lib/backend/fake/desk';
import Shell from './Shell.svelte';

async function shell(options: Partial<Options> = {}) {
  const opened = await openDesk(options);
  const view = renderIn(opened.desk, Shell);
  const keys = (event: KeyboardEvent) => opened.desk.actions.handle(event);
  window.addEventListener('keydown', keys);
  await settle();
  return { ...opened, ...view, user: userEvent.setup(), end: () => window.removeEventListener('keydown', keys) };
}

test('a customer chats from a request: begun by key, said with Enter, ended into one letter', async () => {
  const { container, desk, fake, user, end } = await shell({ as: 'customer' });
  fake.there = ['care', 'mail', 'servers', 'billing'];
  const t = fake.tickets.find((x) => x.requester === fake.me.id && x.status !== 'closed')!;
  await desk.openTicket(t.id);
  await settle();
  await user.keyboard('b');
  await settle();
  expect(screen.getByTestId('chat-state')).toHaveTextContent('is here');
  expect(await violations(container)).toEqual([]);
  await user.type(screen.getByTestId('chat-text'), 'Are you there?{Enter}');
  await settle();
  expect(screen.getAllByTestId('chat-line')).toHaveLength(1);
  expect(screen.getByTestId('chat-state')).toHaveTextContent('Waiting for somebody');
  expect(screen.getByTestId('chat-text')).toHaveValue('');
  // A file goes along with a line, also without a word, and not with the next one.
  const said = vi.spyOn(fake, 'say');
  await user.click(screen.getByTestId('chat-attach'));
  await settle();
  expect(screen.getByTestId('chat-panel')).toHaveTextContent('headers.txt');
  await user.click(screen.getByTestId('chat-say'));
  await settle();
  expect(said).toHaveBeenLastCalledWith(t.id, expect.any(String), '', [expect.stringMatching(/.+/)]);
  expect(screen.getByTestId('chat-panel')).not.toHaveTextContent('headers.txt');
  await user.click(screen.getByTestId('chat-end'));
  await settle();
  expect(screen.queryByTestId('chat-panel')).toBeNull();
  expect(t.live).toBeNull();
  expect(t.entries.at(-1)?.kind).toBe('chat');
  end();
});

test('nobody there: the line is a message of the request, and says so before', async () => {
  const { desk, fake, user, end } = await shell({ as: 'customer' });
  const t = fake.tickets.find((x) => x.requester === fake.me.id && x.status !== 'closed')!;
  await desk.openTicket(t.id);
  await settle();
  await user.keyboard('b');
  await settle();
  const say = vi.spyOn(fake, 'say');
  expect(screen.getByTestId('chat-state')).toHaveTextContent('goes into this request as a message');
  await user.type(screen.getByTestId('chat-text'), 'It beeps{Enter}');
  await settle();
  expect(say).not.toHaveBeenCalled();
  expect(t.entries.at(-1)).toMatchObject({ kind: 'message', text: 'It beeps' });
  end();
});

test('chat with us asks whether it is about one of these, and is a request where nobody is there', async () => {
  const { container, desk, fake, user, end } = await shell({ as: 'customer' });
  await user.keyboard('{Shift>}B{/Shift}');
  await settle();
  const dialog = within(screen.getByTestId('start-chat'));
  expect(dialog.getAllByTestId('chat-about').length).toBeGreaterThan(0);
  expect(dialog.getByTestId('chat-there')).toHaveTextContent('Nobody of Care is here');
  expect(dialog.getByTestId('chat-go')).toHaveTextContent('Send as a request');
  expect(await violations(container)).toEqual([]);
  await user.type(dialog.getByTestId('chat-first'), 'The till does not print');
  await user.click(dialog.getByTestId('chat-go'));
  await settle();
  const made = fake.tickets.find((t) => t.id === desk.selection.ticket)!;
  expect(made.subject).toBe('The till does not print');
  expect(made.entries[0]?.text).toBe('The till does not print');
  expect(made.live).toBeNull();
  expect(screen.queryByTestId('start-chat')).toBeNull();
  end();
});

test('somebody there: something else begins a chat in a request of its own', async () => {
  const { desk, fake, user, end } = await shell({ as: 'customer' });
  fake.there = ['care'];
  await user.keyboard('{Shift>}B{/Shift}');
  await settle();
  expect(screen.getByTestId('chat-there')).toHaveTextContent('Somebody of Care is here.');
  await user.type(screen.getByTestId('chat-first'), 'The till does not print');
  await user.click(screen.getByTestId('chat-go'));
  await settle();
  const made = fake.tickets.find((t) => t.id === desk.selection.ticket)!;
  expect(made.live?.lines.map((l) => l.text)).toEqual(['The till does not print']);
  expect(screen.getByTestId('chat-panel')).toBeInTheDocument();
  end();
});

test('about one of these leads into that request, ready to write', async () => {
  const { desk, fake, user, end } = await shell({ as: 'customer' });
  fake.there = ['care', 'mail', 'servers', 'billing'];
  await user.keyboard('{Shift>}B{/Shift}');
  await settle();
  const first = screen.getAllByTestId('chat-about')[0] as HTMLInputElement;
  await user.click(first);
  await user.click(screen.getByTestId('chat-go'));
  await settle();
  expect(desk.selection.ticket).toBe(first.value);
  expect(screen.getByTestId('chat-panel')).toBeInTheDocument();
  end();
});

test('staff say that they take chats, and take one with a key', async () => {
  const { container, desk, fake, user, end } = await shell();
  const take = vi.spyOn(fake, 'takeChats');
  await user.keyboard('{Shift>}B{/Shift}');
  await settle();
  expect(take).toHaveBeenCalledWith(true);
  expect(screen.getByTestId('take-chats')).toHaveTextContent('Taking chats');
  const t = fake.tickets.find((x) => x.status === 'new' || x.status === 'in_progress')!;
  t.live = { id: 'k', started: new Date().toISOString(), ends: new Date().toISOString(), by: '', byName: '', mine: false, say: true, join: true, end: true, lines: [{ id: 'l', name: 'Elif', staff: false, me: false, at: new Date().toISOString(), text: 'Are you there?', files: [], joined: false, waiting: false }] };
  await desk.openTicket(t.id);
  await settle();
  expect(screen.getByTestId('chat-state')).toHaveTextContent('Nobody has taken this chat yet.');
  expect(await violations(container)).toEqual([]);
  await user.keyboard('b');
  await settle();
  expect(screen.getByTestId('chat-state')).toHaveTextContent('You have this chat.');
  expect(t.live?.by).toBe(fake.me.id);
  end();
});
