import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Draft } from '$lib/backend';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import NewRequest from './NewRequest.svelte';
import FillDialog from '../features/ticket/dialogs/FillDialog.svelte';
import RequestSide from '../features/ticket/RequestSide.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(draft?: Draft) {
  const opened = await openDesk({ as: 'customer', rows: 0, topics: true });
  opened.desk.write(draft);
  const view = renderIn(opened.desk, NewRequest);
  await settle();
  return { ...opened, view };
}

test('the topic comes first, says where it goes, and its form is asked', async () => {
  const { fake, view } = await open();
  const sent = vi.spyOn(fake, 'openTicket');
  await user.click(at('new-send'));
  expect(screen.getByText('Choose what it is about.')).toBeInTheDocument();
  expect(screen.queryByTestId('new-department-mail')).toBeNull();
  await user.click(at('new-topic-people'));
  await user.click(at('new-topic-joins'));
  await settle();
  await user.type(at('new-subject'), 'A new colleague');
  await user.type(at('new-text'), 'She begins in April.');
  await user.click(at('new-send'));
  expect(screen.getByText('Still missing: Who is it?, Which computer?.')).toBeInTheDocument();
  expect(screen.queryByTestId('form-model')).toBeNull();
  await user.click(at('form-kind-Laptop'));
  await user.type(at('form-model'), 'small');
  await user.type(at('form-who'), 'Mert Aydın');
  await user.click(at('new-approver'));
  await user.type(screen.getByRole('combobox', { name: 'Who approves it' }), 'Mert');
  await settle();
  await user.click(screen.getByRole('option', { name: /Mert/ }));
  await settle();
  await user.click(at('new-send'));
  await settle();
  expect(sent.mock.calls[0]?.[0]).toMatchObject({
    department: 'care', type: 'request',
    filed: { topic: 'joins', form: 'joins', version: 1, answers: [{ field: 'who', value: 'mert' }, { field: 'kind', value: 'Laptop' }, { field: 'model', value: 'small' }] },
  });
  expect(await violations(view.container)).toEqual([]);
});

test('another topic takes fields away and gives them back; nothing that was typed is lost', async () => {
  const { fake, view } = await open();
  await user.click(at('new-topic-people'));
  await user.click(at('new-topic-joins'));
  await settle();
  await user.type(at('new-text'), 'Hello');
  await user.click(at('form-kind-Laptop'));
  await user.type(at('form-model'), 'small');
  await user.click(at('new-topic-mailboxes'));
  await settle();
  expect(screen.queryByTestId('form-model')).toBeNull();
  expect(at('new-text')).toHaveValue('Hello');
  await user.click(at('new-topic-other'));
  expect(at('new-department-mail')).toBeInTheDocument();
  await user.click(at('new-topic-people'));
  await user.click(at('new-topic-joins'));
  await settle();
  expect(at('form-model')).toHaveValue('small');
  await user.keyboard('{Escape}');
  await settle();
  view.unmount();
  const [draft] = (await fake.drafts()).filter((d) => d.kind === 'new');
  expect(draft?.filed).toMatchObject({ topic: 'joins', answers: [{ field: 'kind' }, { field: 'model', value: 'small' }] });
});

test('a draft under a topic that has a successor goes on there, and says so', async () => {
  const { fake } = await openDesk({ as: 'customer', rows: 0, topics: true });
  const draft = await fake.saveDraft({ key: 'new/1', ticket: '', kind: 'new', text: 'x', subject: 'y', department: 'mail', urgency: '', type: '', claim: { down: '', since: '', impact: '', severity: '' }, org: '', private: false, ccs: [], refs: [], files: [], basis: 0, updated: '', beside: { asks: [], answers: [], refers: 0, corrects: false }, filed: { topic: 'webmail', form: '', version: 0, answers: [] } });
  await open(draft);
  expect(at('new-topic-moved')).toHaveTextContent('“Webmail” is part of “Mail does not arrive” now. What you wrote is kept.');
});

test('an emergency goes without its form; what is missing is filled in afterwards', async () => {
  const { fake, desk, view } = await open();
  await user.click(at('new-topic-people'));
  await user.click(at('new-topic-joins'));
  await user.type(at('new-subject'), 'At once');
  await user.type(at('new-text'), 'Now');
  await user.click(at('new-urgency-emergency'));
  await user.click(at('new-send'));
  await user.click(at('new-send'));
  await settle();
  view.unmount();
  const id = desk.selection.ticket;
  const side = render(RequestSide, { view: await fake.ticket(id), card: undefined, now: desk.clock.now, onfill: () => undefined, ondial: () => undefined, onescalate: () => undefined });
  expect(at('form-missing')).toHaveTextContent('Still missing: Who is it?, Which computer?');
  const filled = vi.spyOn(fake, 'fillIn');
  side.unmount();
  render(FillDialog, { view: await fake.ticket(id), backend: fake, onclose: () => undefined });
  await settle();
  await user.click(at('form-kind-Desktop'));
  await user.type(at('form-who'), 'Somebody New');
  await settle();
  await user.click(at('fill-dialog-go'));
  await settle();
  expect(filled.mock.calls[0]?.[1]).toMatchObject([{ field: 'kind', value: 'Desktop' }, { field: 'who', value: 'Somebody New' }]);
  expect((await fake.ticket(id)).filed.missing).toEqual([]);
});
