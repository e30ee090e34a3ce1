import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { NewTicket } from '$lib/backend';
import type { FakeDesk } from '$lib/backend/fake';
import type { Options } from '$lib/backend/fake/desk';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Banner from '../features/status/Banner.svelte';
import Phones from '../features/phones/Phones.svelte';
import Path from '../features/ticket/Path.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
const press = (name: string, shiftKey = false) => key(desk, name, { shiftKey });

async function open(options: Partial<Options> = {}) {
  vi.stubGlobal('innerWidth', 1440);
  ({ desk, fake, close } = await openDesk({ rows: 0, ...options }));
  const mine = fake.tickets.find((t) => (options.as === 'customer' ? t.requester === 'elif' : t.owner === 'jonas') && t.status === 'in_progress');
  if (!mine) throw new Error('there is no such ticket');
  const view = renderIn(desk, Ticket);
  desk.selection.open(mine.id);
  desk.toggleDetails(true);
  await settle();
  return { ...view, ticket: mine };
}

afterEach(() => {
  close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a customer sees the path with who is on duty, asks for the next step, and reads who has it', async () => {
  const { container, ticket } = await open({ as: 'customer' });
  const sent = vi.spyOn(fake, 'escalate');
  expect(at('path')).toHaveTextContent(/Duty manager\s*Tomás Ferreira/);
  expect(at('path')).toHaveTextContent('+44 20 7946 0170');
  expect(at('path')).not.toHaveTextContent('+44 20 7946 0171');
  await user.click(at('act-escalate'));
  await user.click(at('escalate-dialog-go'));
  expect(sent).not.toHaveBeenCalled();
  expect(screen.getByRole('alert')).toHaveTextContent('Say what you need.');
  await user.type(at('escalate-reason'), 'We wait since Friday');
  await user.click(at('escalate-dialog-go'));
  await settle();
  expect(sent).toHaveBeenCalledExactlyOnceWith(ticket.id, 'We wait since Friday', '');
  expect(at('called')).toHaveTextContent(/the duty manager was told .* Not acknowledged yet\./);
  expect(at('called')).not.toHaveTextContent('Tomás');
  expect(screen.queryByTestId('act-acknowledge')).toBeNull();
  expect(await violations(container)).toEqual([]);
  const e = fake.tickets.find((t) => t.id === ticket.id)?.escalation;
  if (!e) throw new Error('not escalated');
  e.told = { ...e.told, by: 'Tomás Ferreira', ackedAt: new Date().toISOString() };
  await fake.markUnread(ticket.id);
  desk.selection.open('');
  desk.selection.open(ticket.id);
  await settle();
  expect(at('called')).toHaveTextContent(/Tomás Ferreira acknowledged it/);
});

test('offline it says that it has not gone out', async () => {
  await open({ as: 'customer', state: 'offline' });
  await user.click(at('act-escalate'));
  await user.type(at('escalate-reason'), 'We wait');
  await user.click(at('escalate-dialog-go'));
  await settle();
  expect(at('called')).toHaveTextContent('Escalated: it goes out by itself when the line is back.');
  expect(at('called')).not.toHaveTextContent('was told');
});

test('who is called acknowledges with a key, and ends it with what came of it', async () => {
  const { container, ticket } = await open();
  await fake.escalate(ticket.id, 'We wait', '');
  await settle();
  const ack = vi.spyOn(fake, 'acknowledge');
  const end = vi.spyOn(fake, 'deescalate');
  expect(at('called')).toHaveTextContent('Tomás Ferreira');
  expect(at('act-acknowledge')).toBeVisible();
  expect(await violations(container)).toEqual([]);
  press('I', true);
  await settle();
  expect(ack).toHaveBeenCalledExactlyOnceWith(ticket.id);
  expect(screen.queryByTestId('act-acknowledge')).toBeNull();
  expect(at('called')).toHaveTextContent('Jonas Reiter acknowledged it');
  press('I', true);
  expect(ack).toHaveBeenCalledOnce();
  press('D', true);
  await settle();
  await user.click(at('deescalate-dialog-go'));
  expect(end).not.toHaveBeenCalled();
  await user.type(at('deescalate-outcome'), 'Refund agreed');
  await user.click(at('deescalate-dialog-go'));
  await settle();
  expect(end).toHaveBeenCalledExactlyOnceWith(ticket.id, 'Refund agreed');
  expect(at('called')).toHaveTextContent('The escalation is over: Refund agreed');
});

test('after something urgent the right number stands there with the code to say, before the request has a number', async () => {
  const { container } = await open({ as: 'customer', state: 'offline' });
  const dialled = vi.spyOn(fake, 'openLink');
  expect(screen.queryByTestId('call-card')).toBeNull();
  const blank = { text: 'All down', department: 'servers', type: '', claim: { down: '', since: '', impact: '', severity: '' }, draft: '', private: false, ccs: [], refs: [], files: [], recurs: '', org: '', requester: '', entitlement: '', release: '', filed: { topic: '', form: '', version: 0, answers: [] }, wanted: { neededBy: '', expedite: false, approver: '' } } as unknown as NewTicket;
  const made = await fake.openTicket({ ...blank, subject: 'Everything is down', urgency: 'emergency' });
  desk.selection.open(made.ticket);
  await settle();
  expect(at('call-card')).toHaveTextContent('Say K7-QM4S. It works before your request has reached us.');
  expect(at('call-card')).toHaveTextContent('Press 1 for emergencies');
  expect(await violations(container)).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Call +44 20 7946 0100' }));
  expect(dialled).toHaveBeenCalledExactlyOnceWith('tel:+442079460100');
  const calm = await fake.openTicket({ ...blank, subject: 'A question', urgency: 'question' });
  desk.selection.open(calm.ticket);
  await settle();
  expect(screen.queryByTestId('call-card')).toBeNull();
});

test('every number can be called, from the banner too, with what it is for and when it opens', async () => {
  ({ desk, fake, close } = await openDesk({ rows: 0, as: 'customer', state: 'offline' }));
  const banner = renderIn(desk, Banner);
  await settle();
  await user.click(at('banner-call'));
  expect(desk.over).toBe('phones');
  banner.unmount();
  desk.show('');
  press('h');
  await settle();
  const { container } = renderIn(desk, Phones);
  await settle();
  const lines = screen.getAllByTestId('phone-line').map((l) => l.textContent);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('English');
  expect(lines[2]).toMatch(/Closed, opens .* free within United Kingdom/);
  expect(at('phones-date')).toHaveTextContent(/You are offline. These numbers are from /);
  expect(await violations(container)).toEqual([]);
});

test('the path says who is away and whom a call reaches instead', async () => {
  const { ticket, unmount } = await open();
  const view = await fake.ticket(ticket.id);
  unmount();
  const path = view.path.map((step, i) => (i === 1 ? { ...step, who: 'Ada Root', away: 'Lea Moor is away until Monday 2 March' } : i === 2 ? { ...step, who: '', away: 'Ed Fuchs is away until Friday 6 March' } : step));
  render(Path, { props: { view: { ...view, path }, ours: true } });
  expect(at('path')).toHaveTextContent('Lea Moor is away until Monday 2 March; reaches Ada Root');
  expect(at('path')).toHaveTextContent('Ed Fuchs is away until Friday 6 March; nobody stands in');
});
