import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import NewRequest from './NewRequest.svelte';
import Ticket from './Ticket.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(options = {}) {
  const opened = await openDesk({ as: 'customer', rows: 0, ...options });
  opened.desk.write();
  const view = renderIn(opened.desk, NewRequest);
  await settle();
  return { ...opened, view };
}
async function fillIn() {
  await user.click(at('new-department-mail'));
  await user.type(at('new-subject'), 'Newsletter bounces');
  await user.type(at('new-text'), 'A third came back.');
}

test('a request goes with what was written, and its ticket opens', async () => {
  const { desk, fake } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  await user.click(at('new-urgency-high'));
  await user.keyboard('{Control>}{Enter}{/Control}');
  await settle();
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ subject: 'Newsletter bounces', text: 'A third came back.', department: 'mail', urgency: 'high', org: 'papierladen' });
  expect(desk.place).toBe('inbox');
  expect(fake.tickets.find((t) => t.id === desk.selection.ticket)?.subject).toBe('Newsletter bounces');
});

test('it works offline and says Queue', async () => {
  const { desk, fake, view } = await open({ state: 'offline' });
  const sent = vi.spyOn(fake, 'openTicket');
  expect(at('new-send')).toHaveTextContent('Queue request');
  await fillIn();
  await user.click(at('new-send'));
  await settle();
  expect(sent).toHaveBeenCalledOnce();
  view.unmount();
  renderIn(desk, Ticket);
  await settle();
  // The code can be said on the phone at once; nothing claims that anybody has it.
  expect(at('new-reference')).toHaveTextContent('K7-QM4S');
  expect(screen.queryByText(/^Received/)).toBeNull();
  expect(at('receipt')).toHaveAttribute('data-state', 'queued');
});

test('what is missing is said, and nothing is sent', async () => {
  const { fake } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await user.click(at('new-send'));
  expect(screen.getByText('Choose who it is for.')).toBeInTheDocument();
  await user.click(at('new-department-care'));
  expect(screen.getByText('Say in one line what it is about.')).toBeInTheDocument();
  expect(sent).not.toHaveBeenCalled();
});

test('Escape keeps the draft, and it can be taken up again', async () => {
  const { desk, fake, view } = await open();
  await fillIn();
  await user.type(at('new-trying'), 'send it');
  await user.keyboard('{Escape}');
  await settle();
  expect(desk.place).toBe('inbox');
  view.unmount();
  const [draft] = (await fake.drafts()).filter((d) => d.kind === 'new');
  desk.write(draft);
  renderIn(desk, NewRequest);
  await settle();
  expect(at('new-subject')).toHaveValue('Newsletter bounces');
  expect(at('new-text')).toHaveValue('A third came back.');
  expect(at('new-trying')).toHaveValue('send it');
});

test('two requests being written are two drafts', async () => {
  const first = await open();
  await user.type(at('new-subject'), 'One');
  await user.keyboard('{Escape}');
  await settle();
  first.view.unmount();
  first.desk.write();
  renderIn(first.desk, NewRequest);
  await user.type(at('new-subject'), 'Two');
  await user.keyboard('{Escape}');
  await settle();
  expect((await first.fake.drafts()).filter((d) => d.kind === 'new').map((d) => d.subject).toSorted()).toEqual(['One', 'Two']);
});

test('what the customer holds and names is linked, and stays away once removed', async () => {
  await open();
  await user.type(at('new-subject'), 'About INV-2304');
  expect(screen.getByText('INV-2304')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Remove INV-2304' }));
  await user.type(at('new-subject'), ' please');
  expect(screen.queryByText('INV-2304')).toBeNull();
});

test('a refusal keeps every word', async () => {
  const { fake } = await open();
  fake.openTicket = () => Promise.reject({ code: 'disk_full', message: 'There is no room left on this computer.', hint: '', field: '' });
  await fillIn();
  await user.click(at('new-send'));
  await settle();
  expect(screen.getByText(/There is no room left/)).toBeInTheDocument();
  expect(at('new-text')).toHaveValue('A third came back.');
});

test('staff open one for a customer', async () => {
  const { fake } = await open({ as: 'staff' });
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  await user.click(at('new-send'));
  expect(screen.getByText('Choose who asks.')).toBeInTheDocument();
  await user.click(at('new-requester'));
  await settle();
  await user.click(screen.getByRole('option', { name: /Miriam Vogt/ }));
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0].requester).toBe('miriam');
});

test('it is without faults for screen readers', async () => {
  const { view } = await open();
  expect(await violations(view.container)).toEqual([]);
});

test('whether it worked before goes along, and is kept with the draft', async () => {
  const { desk, fake, view } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  await user.click(at('new-type-request'));
  expect(screen.getByText('What you need')).toBeInTheDocument();
  await user.keyboard('{Escape}');
  await settle();
  view.unmount();
  desk.write((await fake.drafts()).find((d) => d.kind === 'new'));
  renderIn(desk, NewRequest);
  await settle();
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0].type).toBe('request');
});

test('an engineer changes what it is, by the keyboard, and nothing else', async () => {
  const { desk, fake } = await openDesk({ rows: 0 });
  const ticket = fake.tickets.find((t) => t.type === 'incident');
  if (!ticket) throw new Error('no incident');
  const before = { subject: ticket.subject, urgency: ticket.urgency, priority: ticket.priority };
  renderIn(desk, Ticket);
  desk.selection.open(ticket.id);
  await settle();
  const type = () => screen.getAllByTestId('act-type')[0];
  expect(type()).toHaveTextContent('Incident');
  key(desk, 'K', { shiftKey: true });
  await settle();
  await user.click(at('type-request'));
  await user.click(at('type-dialog-go'));
  await settle();
  expect(type()).toHaveTextContent('Request');
  expect(ticket).toMatchObject({ ...before, type: 'request' });
});

test('an urgency asks four questions, and its answers go along', async () => {
  const { fake, view } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  expect(screen.queryByTestId('claim-questions')).toBeNull();
  await user.click(at('new-urgency-emergency'));
  expect(await violations(view.container)).toEqual([]);
  await user.type(at('claim-down'), 'All mail');
  await user.type(at('claim-since'), 'nine');
  await user.click(at('claim-site'));
  await user.click(at('claim-stopped'));
  await user.click(at('claim-service-s1'));
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0]).toMatchObject({
    urgency: 'emergency', claim: { down: 'All mail', since: 'nine', impact: 'site', severity: 'stopped' },
    refs: [{ kind: 'service', id: 's1', label: 'Shop hosting' }],
  });
});

test('an emergency without answers goes out after one gentle word', async () => {
  const { fake } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  await user.click(at('new-urgency-emergency'));
  await user.click(at('new-send'));
  expect(sent).not.toHaveBeenCalled();
  expect(at('new-gentle')).toHaveTextContent('4 questions are open.');
  await user.click(at('new-send'));
  await settle();
  expect(sent).toHaveBeenCalledOnce();
});

test('what was answered for an urgency that was taken back does not go along', async () => {
  const { fake } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  await user.click(at('new-urgency-high'));
  await user.type(at('claim-down'), 'All mail');
  await user.click(at('new-urgency-normal'));
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0].claim).toEqual({ down: '', since: '', impact: '', severity: '' });
});

test('what is named and not theirs is offered grey, goes as text, and stays away once removed', async () => {
  const { fake } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await fillIn();
  await user.clear(at('new-subject'));
  await user.type(at('new-subject'), 'other.example, 192.0.2.7 and INV-2304');
  expect(screen.getByTitle('On your account')).toHaveTextContent('INV-2304');
  expect(screen.getAllByTitle(/^Not on your account/).map((e) => e.textContent?.trim())).toEqual(['192.0.2.7', 'other.example']);
  await user.click(screen.getByRole('button', { name: 'Remove 192.0.2.7' }));
  expect(screen.queryByText('192.0.2.7')).toBeNull();
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0].refs).toEqual([{ kind: 'invoice', id: 'i1', label: 'INV-2304' }, { kind: 'text', id: 'other.example', label: 'other.example' }]);
});
