import { fireEvent, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { FakeDesk } from '$lib/backend/fake';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { between, Covers, grown, moved, stepped } from '../features/evidence/covers.svelte';
import NewRequest from './NewRequest.svelte';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
afterEach(() => {
  vi.useRealTimers();
  close();
});

async function onTicket() {
  ({ desk, fake, close } = await openDesk({ rows: 0 }));
  renderIn(desk, Ticket);
  desk.selection.open(fake.tickets.find((one) => one.subject.startsWith('Prescriptions'))?.id ?? '');
  await settle();
  key(desk, 's', { ctrlKey: true, shiftKey: true });
  await settle();
}
const press = async (id: string) => {
  await user.click(screen.getByTestId(id));
  await settle();
};
const at = async (node: Element, key: string, more: KeyboardEventInit = {}) => {
  await fireEvent.keyDown(node, { key, ...more });
  await settle();
};

test('a picture is covered by the keyboard alone, and what is covered goes to the program', async () => {
  await onTicket();
  expect(screen.getByRole('dialog')).toHaveAccessibleName('Add evidence');
  await press('shot-screen');
  key(desk, 'c');
  await settle();
  const cover = () => screen.getByRole('button', { name: /Covered part 1/ });
  expect(cover()).toHaveFocus();
  await at(cover(), 'ArrowRight');
  await at(cover(), 'ArrowDown', { shiftKey: true });
  key(desk, 'c');
  await settle();
  await at(screen.getByRole('button', { name: /Covered part 2/ }), 'Delete');
  expect(cover()).toHaveFocus();
  await at(cover(), 'ArrowLeft');
  await at(cover(), 'z', { ctrlKey: true });
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  await press('evidence-add');
  expect(fake.gathered).toEqual([{ covers: [{ x: 493, y: 350, w: 320, h: 113 }], instead: '' }]);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getAllByTestId('file-chip').some((c) => c.textContent.includes('Screenshot'))).toBe(true);
});

test('an attached picture is covered in its place', async () => {
  await onTicket();
  await press('shot-screen');
  await press('evidence-add');
  const before = screen.getAllByTestId('file-chip').length;
  await user.click(screen.getByRole('button', { name: /Cover parts of Screenshot/ }));
  await settle();
  expect(screen.queryByTestId('evidence-log')).toBeNull();
  await press('shot-cover');
  await press('evidence-add');
  expect(fake.gathered[1]).toMatchObject({ instead: 'h-kept-1' });
  expect(screen.getAllByTestId('file-chip').length).toBe(before);
});

test('a picture that cannot be taken says so, and a paste is taken instead', async () => {
  await onTicket();
  fake.shotScreen = () => Promise.reject({ code: 'invalid', message: 'Programs cannot take a picture of the screen here.', hint: 'Paste it.', field: 'files' });
  await press('shot-screen');
  expect(screen.getByTestId('evidence-say')).toHaveTextContent('Programs cannot take a picture of the screen here. Paste it.');
  const pasted = vi.spyOn(fake, 'shotPasted');
  // An engine that hides the picture.
  await fireEvent(document, Object.assign(new Event('paste', { cancelable: true }), { clipboardData: { items: [], types: [] } }));
  await settle();
  expect(pasted).toHaveBeenCalledWith('');
  expect(screen.getByTestId('shot-stage')).toBeInTheDocument();
});

test('it can be taken a little later', async () => {
  await onTicket();
  const taken = vi.spyOn(fake, 'shotScreen');
  vi.useFakeTimers();
  await fireEvent.click(screen.getByTestId('shot-soon'));
  vi.advanceTimersByTime(4900);
  expect(taken).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(taken).toHaveBeenCalledOnce();
});

test('lines of a log are left out, what looks like a secret is covered, and what is left of it is asked about once', async () => {
  await onTicket();
  await press('evidence-log');
  await press('log-pick');
  const list = screen.getByTestId('log-lines');
  expect(list.querySelectorAll('mark')).toHaveLength(2);
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  list.focus();
  await at(list, 'Home');
  await at(list, ' ');
  await at(list, 'End');
  await at(list, 'ArrowUp');
  await at(list, 'ArrowUp');
  await at(list, 'Enter');
  expect(list.querySelectorAll('mark')).toHaveLength(1);
  await press('evidence-add');
  expect(fake.gathered).toEqual([]);
  expect(screen.getByTestId('evidence-say')).toHaveTextContent('1 place looks like a secret and is not covered.');
  key(desk, 'c');
  await settle();
  expect(screen.getByTestId('evidence-say')).toHaveTextContent('');
  await press('evidence-add');
  const kept = fake.gathered[0] as { kind: string; text: string };
  expect(kept.kind).toBe('log');
  expect(kept.text).not.toMatch(/hunter2|4111/);
  expect(kept.text).toContain('password=•••• to gateway');
  expect(kept.text.split('\n')).toHaveLength(8);
});

test('it goes as it is when that is said twice', async () => {
  await onTicket();
  await press('evidence-log');
  await press('log-pick');
  await press('evidence-add');
  expect(screen.getByTestId('evidence-add')).toHaveTextContent('Add it as it is');
  await press('evidence-add');
  expect((fake.gathered[0] as { text: string }).text).toContain('hunter2');
});

test('a customer chooses what of their computer goes along', async () => {
  ({ desk, fake, close } = await openDesk({ rows: 0, as: 'customer' } as never));
  renderIn(desk, NewRequest);
  await settle();
  await press('evidence-open');
  expect(screen.getByRole('dialog')).toHaveAccessibleName('Show what happened');
  await press('evidence-facts');
  const text = () => screen.getByTestId('facts-text').textContent;
  expect(text()).toContain('System: Debian');
  expect(text()).not.toContain('till-3');
  await press('fact-host');
  await press('fact-system');
  expect(text()).toContain('Name of this computer: till-3');
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  const shown = text();
  await press('evidence-add');
  expect(fake.gathered).toEqual([{ kind: 'facts', text: shown }]);
});

test('covers stay in the picture, and every step is undone', () => {
  const of = { width: 1000, height: 500 };
  expect(between({ x: 900, y: 400 }, { x: 1200, y: -5 }, of)).toEqual({ x: 900, y: 0, w: 100, h: 400 });
  const c = { x: 900, y: 10, w: 100, h: 50 };
  expect(moved(c, 50, -50, of)).toEqual({ ...c, y: 0 });
  expect(grown(c, 50, -500, of)).toEqual({ ...c, h: 5 });
  expect(stepped(c, 'ArrowLeft', false, of)).toEqual({ ...c, x: 890 });
  expect(stepped(c, 'x', false, of)).toBeNull();
  const covers = new Covers();
  const id = covers.add(c);
  covers.change(id, { ...c, x: 1 });
  covers.remove(id);
  covers.undo();
  covers.undo();
  expect(covers.all).toEqual([{ ...c, id }]);
  covers.undo();
  expect(covers.undoable).toBe(false);
});
