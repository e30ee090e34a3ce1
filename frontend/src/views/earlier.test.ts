import { fireEvent, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import type { Draft } from '$lib/backend';
import type { FakeDesk } from '$lib/backend/fake';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);
afterEach(() => close());

const version = (k: string, text: string, minute: number, more: Partial<Draft> = {}): Draft => ({
  key: k, ticket: k.split('/')[1] ?? '', kind: 'reply', text, files: [], basis: 1, subject: '', department: '', urgency: '', type: '', claim: { down: '', since: '', impact: '', severity: '' }, org: '',
  private: false, ccs: [], refs: [], beside: { asks: [], answers: [], refers: 0, corrects: false }, updated: `2026-11-18T10:0${minute}:00Z`, ...more,
});

async function open(as: 'staff' | 'customer' = 'staff') {
  ({ desk, fake, close } = await openDesk({ rows: 0, outbox: false, as }));
  renderIn(desk, Shell);
  await settle();
}

test('what stood in a reply is read beside its list, and taken without losing what is written', async () => {
  await open();
  const id = fake.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '';
  const k = `ticket/${id}/reply`;
  fake.earlier[k] = [version(k, 'The newer one, <b>in full</b>', 4), version(k, 'The older one', 2)];
  desk.selection.open(id);
  await settle();
  await user.type(at('reply-text'), 'What I write now');
  key(desk, 'E', { ctrlKey: true, shiftKey: true });
  await settle();
  expect(screen.getAllByTestId('earlier-one')).toHaveLength(2);
  expect(at('earlier-text')).toHaveTextContent('The newer one, <b>in full</b>');
  expect(await violations(document.body)).toEqual([]);
  await user.click(screen.getAllByTestId('earlier-one')[1] as HTMLElement);
  expect(at('earlier-text')).toHaveTextContent('The older one');
  await fireEvent.keyDown(screen.getAllByTestId('earlier-one')[1] as HTMLElement, { key: 'Enter' });
  await settle();
  expect(screen.queryByTestId('earlier')).toBeNull();
  expect((at('reply-text') as HTMLTextAreaElement).value).toBe('The older one');
  await user.click(at('earlier-open'));
  await settle();
  expect(screen.getAllByTestId('earlier-one')[0]).toHaveAccessibleName(/What I write now/);
  await user.click(at('earlier-take'));
  await settle();
  expect((at('reply-text') as HTMLTextAreaElement).value).toBe('What I write now');
});

test('where nothing stood before it says so, and what fails leaves the text', async () => {
  await open();
  const id = fake.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '';
  desk.selection.open(id);
  await settle();
  await user.type(at('reply-text'), 'Mine');
  await user.click(at('earlier-open'));
  await settle();
  expect(at('earlier')).toHaveTextContent('Nothing else was written here.');
  expect(screen.queryByTestId('earlier-take')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Close' }));
  const k = `ticket/${id}/reply`;
  fake.earlier[k] = [version(k, 'Gone', 1)];
  await user.click(at('earlier-open'));
  await settle();
  fake.takeDraft = () => Promise.reject({ code: 'not_found', message: 'That version is not kept any more.', hint: 'Take another one; what is written now is as it was.', field: '' });
  await user.click(at('earlier-take'));
  await settle();
  expect(at('earlier')).toHaveTextContent('That version is not kept any more.');
  expect((at('reply-text') as HTMLTextAreaElement).value).toBe('Mine');
});

test('a request that was thrown away is taken into a new one', async () => {
  await open('customer');
  desk.write();
  await settle();
  await user.type(at('new-subject'), 'Printer');
  await fireEvent.blur(window);
  await settle();
  const now = (await fake.drafts()).find((d) => d.subject === 'Printer') as Draft;
  fake.earlier[now.key] = fake.earlier['new/old'] = [version('new/old', 'It beeps.', 3, { kind: 'new', subject: 'The till', ticket: '' })];
  await user.click(at('earlier-open'));
  await settle();
  await fireEvent.keyDown(window, { key: 'Escape' });
  expect(desk.place).toBe('new');
  await user.click(at('earlier-take'));
  await settle();
  expect((at('new-subject') as HTMLInputElement).value).toBe('The till');
  expect(fake.earlier[now.key]?.map((d) => d.subject)).toContain('Printer');
});

test('what is written is marked by key and by hand, and seen as its reader will see it', async () => {
  await open();
  const id = fake.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '';
  desk.selection.open(id);
  await settle();
  const field = at('reply-text') as HTMLTextAreaElement;
  await user.type(field, 'Run it <b>now</b>');
  field.focus();
  field.setSelectionRange(0, 3);
  desk.actions.handle(new KeyboardEvent('keydown', { key: 'b', ctrlKey: true, cancelable: true }));
  await settle();
  expect(field.value).toBe('**Run** it <b>now</b>');
  field.setSelectionRange(field.value.length, field.value.length);
  await user.click(at('mark-code'));
  expect(field).toHaveFocus();
  expect(field.value).toBe('**Run** it <b>now</b>``');
  await user.click(at('preview-open'));
  await new Promise((done) => setTimeout(done, 100));
  await settle();
  expect(at('preview')).toHaveTextContent('<b>now</b>');
  expect(at('preview').querySelector('b')).toBeNull();
  expect(await violations(document.body)).toEqual([]);
  expect((await fake.drafts()).find((d) => d.key === `ticket/${id}/reply`)?.text).toBe(field.value);
});
