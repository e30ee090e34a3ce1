import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { inOrder } from '../features/ticket/matter';
import NewRequest from './NewRequest.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void = () => {};
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const press = (name: string, shiftKey = false) => key(desk, name, { shiftKey });

/** A desk with a burst: the same from one person, twice. */
async function burst(options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const part = { subject: 'Scanner offline', requester: 'elif', owner: 'jonas', updated: 1 };
  const [first] = fake.arrive(1, { ...part, number: '#31000-1' });
  const [second] = fake.arrive(1, { ...part, number: '#31001-2' });
  if (!first || !second) throw new Error('nothing arrived');
  const view = renderIn(desk, Ticket);
  return { ...view, first, second };
}
async function open(id: string) {
  desk.selection.open(id);
  await settle();
}

afterEach(() => {
  close();
  vi.restoreAllMocks();
});

test('who came first keeps its number', () => {
  const [a, b, none] = [{ ticket: 'a', number: '#20' }, { ticket: 'b', number: '#21' }, { ticket: 'n', number: 'K7-QM4S' }];
  expect(inOrder(a, b)).toEqual(['b', 'a']);
  expect(inOrder(b, a)).toEqual(['b', 'a']);
  expect(inOrder(none, a)).toEqual(['n', 'a']);
  expect(inOrder(a, none)).toEqual(['n', 'a']);
});

describe('one matter', () => {
  test('is shown, put together with one key, read beside each other and taken apart', async () => {
    const { container, first, second } = await burst();
    const merged = vi.spyOn(fake, 'mergeTicket');
    await open(second.id);
    expect(at('matter-alike')).toHaveTextContent('Elif sent this within minutes of #31000-1');
    press('d');
    await settle();
    expect(merged).toHaveBeenCalledWith(second.id, first.id);
    expect(at('matter-into')).toHaveTextContent('This goes on in #31000-1');
    expect(await violations(container)).toEqual([]);
    await user.click(at('matter-open'));
    await settle();
    expect(desk.selection.ticket).toBe(first.id);
    expect(at('matter-merged')).toHaveTextContent('#31001-2');
    expect(at('beside')).toHaveTextContent(second.entries[0]?.text ?? '');
    expect(await violations(container)).toEqual([]);
    fake.answer(second.id, 'Scanner still offline');
    await settle();
    expect(at('beside')).toHaveTextContent('Scanner still offline');
    await user.click(at('matter-letters'));
    expect(screen.queryByTestId('beside')).toBeNull();
    await open(second.id);
    press('d');
    await settle();
    expect(screen.queryByTestId('matter-into')).toBeNull();
  });

  test('takes along what is being written, and nothing is lost', async () => {
    const { first, second } = await burst();
    await open(second.id);
    await user.click(at('matter-merge'));
    await settle();
    await user.type(screen.getByTestId('reply-text'), 'Try the cable');
    await user.click(at('matter-move'));
    await settle();
    expect(desk.selection.ticket).toBe(first.id);
    expect(screen.getByTestId<HTMLTextAreaElement>('reply-text').value).toBe('Try the cable');
    expect(second.draft).toBeNull();
  });

  test('is chosen by number where nothing reads alike, and says why it cannot be', async () => {
    await burst();
    await open(fake.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '');
    const merged = vi.spyOn(fake, 'mergeTicket');
    press('d');
    await settle();
    expect(at('merge-dialog')).toBeVisible();
    await user.type(at('merge-query'), '31000');
    await settle();
    await user.keyboard('{Enter}');
    await settle();
    expect(merged).not.toHaveBeenCalled();
    expect(at('merge-dialog')).toHaveTextContent('cannot read the other ticket, so an answer there would not arrive.');
  });

  test('customers read which number is for what, and are asked nothing', async () => {
    const { container, first, second } = await burst({ as: 'customer' });
    second.into = first.id;
    await open(second.id);
    expect(at('matter-into')).toHaveTextContent('You can write in either; we read both.');
    expect(screen.queryByTestId('matter-apart')).toBeNull();
    expect(await violations(container)).toEqual([]);
    await open(first.id);
    expect(at('matter-merged')).toHaveTextContent('#31001-2');
  });
});

describe('a letter about something else', () => {
  test('becomes a ticket of its own', async () => {
    const { container, second } = await burst();
    fake.answer(second.id, 'The printer, too');
    await open(second.id);
    const split = vi.spyOn(fake, 'splitTicket');
    await user.click(screen.getAllByTestId('split').at(-1) as HTMLElement);
    expect(await violations(container)).toEqual([]);
    await user.keyboard('{Enter}');
    expect(split).not.toHaveBeenCalled();
    await user.type(at('split-subject'), 'Printer jams{Enter}');
    await settle();
    expect(split).toHaveBeenCalledWith(second.id, second.entries.findLast((e) => e.text === 'The printer, too')?.seq, 'Printer jams', '');
    expect(fake.tickets.at(-1)?.subject).toBe('Printer jams');
  });
});

describe('me too', () => {
  test('takes one key and Enter on a colleague’s request, and can be taken back', async () => {
    const { container } = await burst({ as: 'customer' });
    const [theirs] = fake.arrive(1, { subject: 'Till is slow', requester: 'miriam' });
    await open(theirs?.id ?? '');
    const joined = vi.spyOn(fake, 'joinTicket');
    press('d');
    await settle();
    expect(await violations(container)).toEqual([]);
    await user.click(at('join-several'));
    await user.click(at('join-dialog-go'));
    await settle();
    expect(joined).toHaveBeenCalledWith(theirs?.id, 'several', '', '', false);
    expect(at('matter-joined')).toHaveTextContent('You have this, too');
    await user.click(at('matter-leave'));
    await settle();
    expect(joined).toHaveBeenLastCalledWith(theirs?.id, '', '', '', true);
    expect(at('matter-join')).toBeVisible();
  });
});

describe('a new request that reads like an open one', () => {
  async function writing() {
    ({ desk, fake, close } = await openDesk({ as: 'customer', rows: 0 }));
    fake.arrive(1, { subject: 'Scanner offline', requester: 'elif', number: '#31000-1' });
    desk.write();
    const view = renderIn(desk, NewRequest);
    await settle();
    await user.type(at('new-subject'), 'Scanner offline again');
    await vi.waitFor(() => expect(at('suggestions')).toBeVisible());
    await settle();
    return view;
  }

  test('is added to it instead, with what was written', async () => {
    const { container } = await writing();
    const added = vi.spyOn(fake, 'addInstead');
    const opened = vi.spyOn(fake, 'openTicket');
    expect(await violations(container)).toEqual([]);
    await user.type(at('new-text'), 'Since nine.');
    await user.click(at('suggest-add'));
    await settle();
    expect(added.mock.calls[0]?.slice(2)).toEqual(['Scanner offline again', expect.stringContaining('Since nine.'), []]);
    expect(opened).not.toHaveBeenCalled();
    expect(desk.place).toBe('inbox');
    expect(fake.tickets.find((t) => t.id === desk.selection.ticket)?.number).toBe('#31000-1');
  });

  test('keeps its text when that cannot be', async () => {
    await writing();
    fake.addInstead = () => Promise.reject({ code: 'disk_full', message: 'There is no room left on this computer.', hint: '', field: '' });
    await user.click(at('suggest-add'));
    await settle();
    expect(screen.getByText(/There is no room left/)).toBeVisible();
    expect(screen.getByTestId<HTMLInputElement>('new-subject').value).toBe('Scanner offline again');
  });
});

describe('a new request that reads like a solved one', () => {
  test('shows what solved it then, and follows on it with what was written', async () => {
    ({ desk, fake, close } = await openDesk({ as: 'customer', rows: 0 }));
    const [old] = fake.arrive(1, { subject: 'Scanner offline', requester: 'elif', number: '#31000-1', status: 'solved', resolution: 'Plug it into the left port.' });
    desk.write();
    const { container } = renderIn(desk, NewRequest);
    await settle();
    const sent = vi.spyOn(fake, 'openTicket');
    await user.type(at('new-subject'), 'Scanner offline once more');
    await vi.waitFor(() => expect(at('suggest-then')).toHaveTextContent('What solved it then: Plug it into the left port.'));
    expect(at('suggestions')).toHaveTextContent('solved');
    expect(screen.queryByTestId('suggest-add')).toBeNull();
    expect(await violations(container)).toEqual([]);
    await user.click(at('suggest-again'));
    await settle();
    expect(at('new-follows')).toHaveTextContent('#31000-1');
    expect(screen.queryByTestId('suggest-again')).toBeNull();
    await user.click(at('new-department-mail'));
    await user.type(at('new-text'), 'Since nine.');
    await user.click(at('new-send'));
    await settle();
    expect(sent.mock.calls[0]?.[0]).toMatchObject({ subject: 'Scanner offline once more', recurs: old?.id });
  });
});

describe('what is like a ticket', () => {
  test('stands beside it for the team with what solved it then, and opens', async () => {
    vi.stubGlobal('innerWidth', 1440);
    const { container } = await burst();
    const [same] = fake.arrive(1, { subject: 'Till says no', requester: 'miriam', number: '#31000-2' });
    fake.arrive(1, { subject: 'Till is dark', requester: 'miriam', number: '#31000-3', status: 'solved', resolution: 'Press the green key.' });
    const [it] = fake.arrive(1, { subject: 'Till rings', requester: 'elif', number: '#31000-4' });
    desk.toggleDetails(true);
    await open(it?.id ?? '');
    await vi.waitFor(() => expect(at('solved-before')).toHaveTextContent('Press the green key.'));
    expect(at('likely-same')).toHaveTextContent('Till says no');
    expect(at('likely-same')).not.toHaveTextContent('Till is dark');
    expect(await violations(container)).toEqual([]);
    await user.click(within(at('likely-same')).getAllByTestId('resembles').find((x) => x.textContent?.includes('Till says no')) as HTMLElement);
    await settle();
    expect(desk.selection.ticket).toBe(same?.id);
  });
});
