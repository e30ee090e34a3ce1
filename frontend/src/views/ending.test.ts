import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
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
