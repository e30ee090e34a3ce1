import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import Ended from '../features/ticket/Ended.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();

async function open(subject: string, options: Partial<Options> = {}) {
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const view = renderIn(desk, Ticket);
  desk.selection.open(fake.tickets.find((t) => t.subject.startsWith(subject))?.id ?? '');
  await settle();
  return view;
}
const at = (id: string) => screen.getByTestId(id);
const reply = () => screen.getByTestId<HTMLTextAreaElement>('reply-text');

afterEach(() => {
  close();
  vi.restoreAllMocks();
});

describe('thanks for what is solved', () => {
  test('leave it solved, and their author may say that it is not', async () => {
    const { container } = await open('Newsletter pictures', { as: 'customer' });
    await user.type(reply(), 'Thanks!{Control>}{Enter}{/Control}');
    await settle();
    expect(screen.getByText('Your thanks left this solved.')).toBeVisible();
    expect(await violations(container)).toEqual([]);
    const reopen = vi.spyOn(fake, 'reopen');
    await user.click(at('not-solved'));
    await settle();
    expect(reopen).toHaveBeenCalledWith(desk.selection.ticket, 'not_solved');
    expect(screen.queryByTestId('not-solved')).toBeNull();
  });
});

describe('a message on what is closed', () => {
  const closed = async (options: Partial<Options> = {}) => {
    const view = await open('Newsletter pictures', { as: 'customer', ...options });
    await fake.setStatus(desk.selection.ticket, 'closed', '');
    await settle();
    return view;
  };

  test('is asked about once, and goes on where it was', async () => {
    const { container } = await closed();
    const sent = vi.spyOn(fake, 'reply');
    await user.type(reply(), 'Outlook again.{Control>}{Enter}{/Control}');
    await settle();
    expect(sent).not.toHaveBeenCalled();
    expect(at('again-goes-on')).toHaveFocus();
    expect(await violations(container)).toEqual([]);
    await user.keyboard('{Enter}');
    await settle();
    expect(sent).toHaveBeenCalledOnce();
    expect(reply().value).toBe('');
  });

  test('or is a new request, with nothing of it lost, each naming the other', async () => {
    await closed();
    const before = desk.selection.ticket;
    const sent = vi.spyOn(fake, 'recur');
    await user.type(reply(), 'Outlook again.');
    await user.click(at('reply-send'));
    await user.click(at('again-new'));
    await settle();
    expect(sent).toHaveBeenCalledWith(before, 'Outlook again.', []);
    expect(desk.selection.ticket).not.toBe(before);
    const onopen = vi.fn();
    const { container } = render(Ended, { view: await fake.ticket(desk.selection.ticket), onopen });
    expect(container).toHaveTextContent('Happened before in #');
    await user.click(screen.getByRole('button', { name: /^#\d/ }));
    expect(onopen).toHaveBeenCalledWith(before);
    render(Ended, { view: await fake.ticket(before) });
    expect(screen.getByText(/Happened again in/)).toBeVisible();
  });

  test('keeps its text when it could not become one', async () => {
    await closed();
    fake.recur = () => Promise.reject({ code: 'disk_full', message: 'There is no room left on this computer.', hint: '', field: '' });
    await user.type(reply(), 'Outlook again.');
    await user.click(at('reply-send'));
    await user.click(at('again-new'));
    await settle();
    expect(reply().value).toBe('Outlook again.');
    expect(screen.getByText(/There is no room left/)).toBeVisible();
  });

  test('is kept when it is closed while being written, and the button says what it does now', async () => {
    await open('Newsletter pictures', { as: 'customer' });
    await user.type(reply(), 'Still miss');
    expect(at('reply-send')).toHaveTextContent('Send and reopen');
    await fake.setStatus(desk.selection.ticket, 'closed', '');
    await settle();
    expect(reply().value).toBe('Still miss');
    expect(at('reply-send')).toHaveTextContent(/^Send/);
    expect(at('reply-send')).not.toHaveTextContent('reopen');
  });
});

describe('solving', () => {
  test('takes a digit, a line and Enter', async () => {
    const { container } = await open('Phone asks');
    const closed = vi.spyOn(fake, 'closeTicket');
    await user.click(at('can-close'));
    expect(await violations(container)).toEqual([]);
    await user.keyboard('{Enter}');
    expect(screen.getByText('Choose why it ends.')).toBeVisible();
    await user.keyboard('1{Tab}New cable{Enter}');
    await settle();
    expect(closed).toHaveBeenCalledWith(desk.selection.ticket, 'New cable', 'fixed', false);
    render(Ended, { view: await fake.ticket(desk.selection.ticket) });
    expect(at('ended')).toHaveTextContent('It is fixed.');
    expect(at('ended')).toHaveTextContent('New cable');
  });

  test('too early for want of an answer is to be confirmed', async () => {
    await open('Phone asks');
    const closed = vi.spyOn(fake, 'closeTicket');
    await user.click(at('can-close'));
    await user.keyboard('5{Enter}');
    await settle();
    expect(screen.getByText(/they are promised 48 hours/)).toBeVisible();
    expect(at('solve-dialog-go')).toHaveTextContent('Solve now all the same');
    await user.keyboard('{Enter}');
    await settle();
    expect(closed).toHaveBeenLastCalledWith(desk.selection.ticket, '', 'not_answered', true);
  });
});

test('opening again says why', async () => {
  await open('Newsletter pictures', { as: 'customer' });
  const reopened = vi.spyOn(fake, 'reopen');
  await user.click(at('can-reopen'));
  await user.click(at('reopen-came_back'));
  await user.click(at('reopen-dialog-go'));
  await settle();
  expect(reopened).toHaveBeenCalledWith(desk.selection.ticket, 'came_back');
});
