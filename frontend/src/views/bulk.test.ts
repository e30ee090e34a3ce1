import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

async function open(options: Parameters<typeof openDesk>[0] = {}) {
  const made = await openDesk({ outbox: false, ...options });
  renderIn(made.desk, Shell);
  await settle();
  await made.desk.openView('unassigned');
  await settle();
  await made.desk.walk({ row: 0 });
  await settle();
  return made;
}
const press = async (desk: Awaited<ReturnType<typeof open>>['desk'], k: string, more: KeyboardEventInit = {}) => {
  key(desk, k, more);
  await settle();
};
const pick = async (text: string) => {
  await fireEvent.input(screen.getByTestId('many-query'), { target: { value: text } });
  await settle();
  await fireEvent.keyDown(screen.getByTestId('many-query'), { key: 'Enter' });
  await settle();
};

test('chosen by keys, given to one, and undone, all in the list and in one line', async () => {
  const { desk, fake, close } = await open();
  await press(desk, 'x');
  await press(desk, 'ArrowDown', { shiftKey: true });
  await press(desk, 'ArrowDown', { shiftKey: true });
  await press(desk, 'ArrowDown', { shiftKey: true });
  await press(desk, 'ArrowUp', { shiftKey: true });
  expect(desk.marks.count).toBe(3);
  const ids = desk.marks.ids;
  expect(screen.getByTestId('bulk-said')).toHaveTextContent('3 chosen');
  expect(screen.getAllByRole('option', { selected: true }).map((o) => o.dataset.ticket)).toEqual(ids);
  expect(await violations(screen.getByRole('region', { name: 'Tickets' }))).toEqual([]);
  await press(desk, 'a');
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  await pick('');
  expect(ids.map((id) => fake.tickets.find((t) => t.id === id)?.owner)).toEqual([fake.me.id, fake.me.id, fake.me.id]);
  expect(screen.getByTestId('bulk-result')).toHaveTextContent('3 assigned');
  expect(desk.marks.count).toBe(0);
  await press(desk, 'z', { ctrlKey: true });
  expect(screen.getByTestId('bulk-result')).toHaveTextContent('3 undone');
  expect(ids.map((id) => fake.tickets.find((t) => t.id === id)?.owner)).toEqual(['', '', '']);
  expect(desk.marks.ids).toEqual(ids);
  close();
});

test('what is refused of one is named, stays chosen, and keeps the others from nothing', async () => {
  const { desk, fake, close } = await open();
  await press(desk, 'x');
  await press(desk, 'ArrowDown', { shiftKey: true });
  const [bad, good] = desk.marks.ids;
  const t = fake.tickets.find((x) => x.id === bad);
  if (t) t.status = 'solved';
  await press(desk, '#');
  await pick('dns');
  expect(screen.getByTestId('bulk-result')).toHaveTextContent(`1 tagged, 1 refused: ${t?.number} is solved.`);
  expect(desk.marks.ids).toEqual([bad]);
  expect(fake.tickets.find((x) => x.id === good)?.tags).toContain('dns');
  close();
});

test('moving asks why, and does nothing before', async () => {
  const { desk, fake, close } = await open();
  const many = vi.spyOn(fake, 'many');
  await press(desk, 'x');
  await press(desk, 'A', { shiftKey: true });
  await pick('mail');
  expect(screen.getByRole('alert')).toHaveTextContent('Say why first.');
  expect(many).not.toHaveBeenCalled();
  await fireEvent.input(screen.getByTestId('many-why'), { target: { value: 'It is about DNS.' } });
  await pick('mail');
  expect(many).toHaveBeenCalledWith(desk.marks.count ? desk.marks.ids : expect.anything(), expect.objectContaining({ kind: 'refer', to: 'mail', reason: 'It is about DNS.' }));
  close();
});

test('they stay chosen when the list changes, and another list begins with none', async () => {
  const { desk, fake, close } = await open();
  await press(desk, 'x');
  await press(desk, 'ArrowDown', { shiftKey: true });
  const ids = desk.marks.ids;
  fake.arrive(3, { priority: 'emergency' });
  await fake.assign(ids[0] ?? '', 'anna', '');
  await settle();
  expect(desk.marks.ids).toEqual(ids);
  await desk.openView('all_open');
  await settle();
  expect(desk.marks.count).toBe(0);
  expect(screen.queryByTestId('bulk-bar')).toBeNull();
  close();
});

test('all, none, a range with the mouse, and read', async () => {
  const { desk, fake, close } = await open();
  await press(desk, 'a', { ctrlKey: true });
  expect(desk.marks.count).toBe(Math.min(500, desk.list.total));
  await press(desk, 'Escape');
  expect(desk.marks.count).toBe(0);
  await fireEvent.click(screen.getAllByTestId('row-mark')[1] as HTMLElement);
  await fireEvent.click(screen.getAllByTestId('row')[4] as HTMLElement, { shiftKey: true });
  await settle();
  expect(desk.marks.count).toBe(4);
  const ids = desk.marks.ids;
  await press(desk, 'u');
  expect(ids.every((id) => { const t = fake.tickets.find((x) => x.id === id); return t && t.read < t.entries.length; })).toBe(true);
  await fireEvent.click(screen.getByTestId('bulk-undo'));
  await settle();
  expect(ids.every((id) => { const t = fake.tickets.find((x) => x.id === id); return t && t.read === t.entries.length; })).toBe(true);
  close();
});

test('while any are chosen the keys of one ticket are theirs, and then its own again', async () => {
  const { desk, close } = await open();
  await press(desk, 'a');
  expect(screen.getByTestId('assign-dialog')).toBeInTheDocument();
  await fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  await settle();
  await press(desk, 'x');
  await press(desk, 'a');
  expect(screen.getByTestId('many-dialog')).toBeInTheDocument();
  close();
});

test('a customer chooses none', async () => {
  const { desk, fake, close } = await openDesk({ as: 'customer' });
  renderIn(desk, Shell);
  await settle();
  await desk.walk({ row: 0 });
  await settle();
  key(desk, 'ArrowDown', { shiftKey: true });
  await settle();
  expect(desk.marks.count).toBe(0);
  expect(screen.queryByTestId('row-mark')).toBeNull();
  expect(fake.calls).not.toContain('many');
  close();
});
