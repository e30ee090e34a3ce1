import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import ApproveDialog from '../features/ticket/dialogs/ApproveDialog.svelte';
import RequestSide from '../features/ticket/RequestSide.svelte';
import Details from '../features/ticket/Details.svelte';
import NewRequest from './NewRequest.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Names Mert as who approves it. */
async function approver() {
  await user.click(at('new-approver'));
  await user.type(screen.getByRole('combobox', { name: 'Who approves it' }), 'Mert');
  await settle();
  await user.click(screen.getByRole('option', { name: /Mert/ }));
}

async function asked() {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0, topics: true });
  desk.write();
  const view = renderIn(desk, NewRequest);
  await settle();
  await user.click(at('new-topic-people'));
  await user.click(at('new-topic-joins'));
  await settle();
  await user.type(at('new-subject'), 'A new colleague');
  await user.type(at('new-text'), 'She begins soon.');
  await user.click(at('form-kind-Laptop'));
  await user.type(at('form-who'), 'Somebody New');
  await settle();
  return { desk, fake, view };
}

test('too soon is said at once, and hurrying needs who approves it', async () => {
  const { fake, view } = await asked();
  const sent = vi.spyOn(fake, 'openTicket');
  expect(at('new-needed-about')).toHaveTextContent(/^Asked for now, it can be done by \w+day \d+ \w+\./);
  await user.type(at('new-needed'), inDays(2));
  await settle();
  expect(at('new-needed-about')).toHaveTextContent(/^This is sooner than we can promise: it usually can be done by /);
  await user.click(at('new-expedite'));
  await user.click(at('new-send'));
  expect(screen.getByText('Name who approves it.')).toBeInTheDocument();
  await approver();
  await settle();
  expect(await violations(view.container)).toEqual([]);
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0].wanted).toEqual({ neededBy: inDays(2), expedite: true, approver: 'mert' });
});

test('the team ticks what is done and everybody sees how far it is; the approver decides', async () => {
  const { desk, fake } = await asked();
  await approver();
  await user.click(at('new-send'));
  await settle();
  const id = desk.selection.ticket;
  const ontick = vi.fn();
  const view = await fake.ticket(id);
  const ours = render(Details, { view: { ...view, wanted: { ...view.wanted, tick: true } }, now: desk.clock.now, ontick, ontags: () => undefined });
  await user.click(at('check-Mailbox'));
  expect(ontick).toHaveBeenCalledWith('Mailbox', true);
  ours.unmount();
  await fake.tick(id, 'Mailbox', true);
  const side = render(RequestSide, { view: await fake.ticket(id), card: undefined, now: desk.clock.now });
  expect(at('checks-done')).toHaveTextContent('1 of 2 done');
  expect(screen.queryByTestId('check-Mailbox')).toBeNull();
  expect(at('approval')).toHaveTextContent('Mert Aydın has to approve it');
  side.unmount();
  const run = vi.fn().mockResolvedValue(undefined);
  render(ApproveDialog, { view, run, onclose: () => undefined });
  await user.click(at('approve-dialog-go'));
  expect(run).not.toHaveBeenCalled();
  await user.click(at('approve-yes'));
  await user.click(at('approve-dialog-go'));
  expect(run).toHaveBeenCalledWith(true, '');
});
