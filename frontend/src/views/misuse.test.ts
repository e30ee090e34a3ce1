import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { noMisuse } from '../lib/backend/fake/misuse';
import NewRequest from './NewRequest.svelte';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const there = (id: string) => screen.queryByTestId(id);

async function open(misuse: Partial<typeof noMisuse>) {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as: 'lead' });
  const ticket = opened.fake.tickets[0];
  if (!ticket) throw new Error('no ticket');
  Object.assign(ticket, { misuse: { ...noMisuse, ...misuse }, proposal: null, priority: 'normal' });
  const view = renderIn(opened.desk, Ticket);
  opened.desk.selection.open(ticket.id);
  opened.desk.toggleDetails(true);
  await settle();
  const press = (name: string, shiftKey = false) => key(opened.desk, name, { shiftKey });
  return { ...opened, ticket, view, press };
}

const strike = (ticket: string) => ({ ticket, number: '#2041-9', subject: 'Printer', at: new Date().toISOString(), until: new Date(Date.now() + 86_400_000 * 40).toISOString(), reason: 'One printer of five was down.' });
const standing = (does: 'warn' | 'confirm' | 'no_high' | 'ban', ticket = 't1') => ({ does, until: new Date(Date.now() + 86_400_000 * 20).toISOString(), strikes: [strike(ticket)], reason: does === 'ban' ? 'Four times in a month' : '', appeal: 'billing', appealName: 'Billing' });

test('it is counted with a reason that the person reads, and taken back by the same key', async () => {
  const { fake, ticket, press, view } = await open({ claimed: 'emergency', next: 'they are told, and nothing follows', may: ['strike'] });
  const count = vi.spyOn(fake, 'countMisuse');
  expect(there('misuse')).toBeNull();
  press('G', true);
  await settle();
  expect(at('misuse-dialog')).toHaveTextContent('reads the reason, what follows and where to object');
  expect(at('misuse-dialog')).toHaveTextContent('From now on: they are told, and nothing follows.');
  await user.click(at('misuse-dialog-go'));
  expect(count).not.toHaveBeenCalled();
  await user.type(at('misuse-reason'), 'One printer');
  await user.click(at('misuse-dialog-go'));
  await settle();
  expect(count).toHaveBeenCalledExactlyOnceWith(ticket.id, 'One printer');
  expect(at('misuse')).toHaveTextContent('Counted as misuse by Marek Dvořák');
  expect(await violations(view.container)).toEqual([]);
  const back = vi.spyOn(fake, 'uncountMisuse');
  press('G', true);
  await settle();
  await user.type(at('misuse-reason'), 'It was five');
  await user.click(at('misuse-dialog-go'));
  await settle();
  expect(back).toHaveBeenCalledExactlyOnceWith(ticket.id, 'It was five');
  expect(there('misuse')).toBeNull();
});

test('what waits for the team’s word says so, and a lead may ban', async () => {
  const { fake, ticket, press } = await open({ claimed: 'emergency', doubted: true, strikes: 4, words: 'no High until 3 January', may: ['ban'] });
  const ban = vi.spyOn(fake, 'setBan');
  expect(at('misuse')).toHaveTextContent('Called Emergency; waits for your word.');
  expect(at('misuse')).toHaveTextContent('4 times counted: no High until 3 January.');
  press('X', true);
  await settle();
  expect(at('misuse-dialog')).toHaveTextContent('Emergencies are taken and looked at first');
  await user.type(at('misuse-reason'), 'Enough');
  await user.click(at('misuse-dialog-go'));
  await settle();
  expect(ban).toHaveBeenCalledExactlyOnceWith(ticket.id, true, 'Enough');
});

test('who lowers what was called urgent tells the customer why, where the department does so', async () => {
  const { fake, ticket, press } = await open({ claimed: 'emergency', tell: true });
  ticket.proposal = { priority: 'emergency', why: 'Everyone, work has stopped' };
  const set = vi.spyOn(fake, 'setPriority');
  fake.emit('ticket', { id: ticket.id });
  await settle();
  press('p');
  await settle();
  await user.click(screen.getByRole('menuitemradio', { name: /^Low/ }));
  await settle();
  await user.type(at('priority-reason'), 'one printer');
  await user.click(at('priority-dialog-go'));
  expect(set).not.toHaveBeenCalled();
  await user.type(at('priority-told'), 'One of five is down.');
  await user.click(at('priority-dialog-go'));
  await settle();
  expect(set).toHaveBeenCalledExactlyOnceWith(ticket.id, 'low', 'one printer', 'One of five is down.');
});

test('customers read before they write what follows, can object at once, and the telephone stays', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0, standing: standing('no_high') });
  const view = renderIn(desk, NewRequest);
  await settle();
  expect(at('standing')).toHaveTextContent('One request was called urgent and was not.');
  expect(at('standing')).toHaveTextContent('You cannot choose High until');
  expect(at('standing')).toHaveTextContent('#2041-9 Printer: One printer of five was down.');
  expect(at('standing')).toHaveTextContent('call +44 20 7946 0100');
  expect(at('standing')).toHaveTextContent('Your colleagues see nothing of this.');
  expect(at('new-urgency-high').querySelector('input')).toBeDisabled();
  expect(at('new-urgency-emergency').querySelector('input')).toBeEnabled();
  expect(await violations(view.container)).toEqual([]);
  await user.click(at('standing-object'));
  await settle();
  expect(at('new-subject')).toHaveValue('I object: #2041-9');
  const sent = vi.spyOn(fake, 'openTicket');
  await user.type(at('new-text'), 'It was all of them.');
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ department: 'billing', urgency: 'normal' });
});

test('who has nothing counted reads nothing of it', async () => {
  const { desk } = await openDesk({ as: 'customer', rows: 0 });
  renderIn(desk, NewRequest);
  await settle();
  expect(there('standing')).toBeNull();
  expect(at('new-urgency-high').querySelector('input')).toBeEnabled();
});

test('the request that counts says so to whoever opened it', async () => {
  vi.stubGlobal('innerWidth', 1440);
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  const mine = fake.tickets.find((t) => t.requester === 'elif');
  if (!mine) throw new Error('no request');
  fake.options.standing = standing('warn', mine.id);
  renderIn(desk, Ticket);
  desk.selection.open(mine.id);
  desk.toggleDetails(true);
  await settle();
  expect(at('counted')).toHaveTextContent('One printer of five was down.');
  await user.click(at('counted-object'));
  await settle();
  expect(desk.place).toBe('new');
});
