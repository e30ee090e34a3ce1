import { afterEach, expect, test, vi } from 'vitest';
import { openDesk, settle } from '../../../tests/desk';
import { PAGE } from '../list/pages';

let close = () => {};
afterEach(() => close());

async function bigDesk(rows = 5000) {
  const opened = await openDesk({ rows });
  close = opened.close;
  await opened.desk.openView('all_open');
  await settle();
  return opened;
}

/** What the person sees: the ticket at a height of the window. */
const seen = (list: Awaited<ReturnType<typeof bigDesk>>['desk']['list'], top: number, y: number) => list.row(list.geometry.at(top + y))?.id;

test('only pages around what is seen are asked for', async () => {
  const { desk, fake } = await bigDesk();
  const rows = vi.spyOn(fake, 'rows');
  desk.list.look({ top: desk.list.geometry.top(2000), height: 800, pointer: null });
  await settle();
  expect(rows.mock.calls.map((c) => Number(c[1]) / PAGE).sort((a, b) => a - b)).toEqual([19, 20, 21]);
  expect(desk.list.row(2005)).toBeDefined();
  rows.mockClear();
  desk.list.look({ top: desk.list.geometry.top(2050), height: 800, pointer: null });
  await settle();
  expect(rows).not.toHaveBeenCalled();
});

test('what comes in above is announced and nothing seen moves', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  const top = list.geometry.top(40);
  list.look({ top, height: 800, pointer: null });
  const before = seen(list, top, 100);
  fake.arrive(3);
  await settle();
  expect(list.fresh).toBe(3);
  expect(list.jump?.top).toBe(top + 3 * 50);
  expect(seen(list, list.jump?.top ?? 0, 100)).toBe(before);
});

test('at the very top, too, new rows wait above until they are asked for', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  list.look({ top: 0, height: 800, pointer: 200 });
  const before = seen(list, 0, 200);
  fake.arrive(2);
  await settle();
  expect(list.fresh).toBe(2);
  expect(seen(list, list.jump?.top ?? 0, 200)).toBe(before);
  list.showFresh();
  expect(list.jump).toEqual({ top: 0 });
  expect(list.fresh).toBe(0);
});

test('what comes in below the pointer moves nothing and announces nothing', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  const top = list.geometry.top(30);
  list.look({ top, height: 800, pointer: 200 });
  const before = Array.from({ length: 20 }, (_, i) => list.row(30 + i)?.id);
  const [low] = fake.arrive(2, { priority: 'low', due: null });
  await settle();
  expect(await fake.position('all_open', low?.id ?? '')).toBeGreaterThan(60);
  expect(list.jump).toBeNull();
  expect(list.fresh).toBe(0);
  expect(Array.from({ length: 20 }, (_, i) => list.row(30 + i)?.id)).toEqual(before);
});

test('another order begins at the top, and the old one stays until it is there', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  const top = list.geometry.top(300);
  list.look({ top, height: 800, pointer: 200 });
  await settle();
  const before = seen(list, top, 200);
  fake.sortsLate = true;
  await desk.changeLook({ sort: 'newest' });
  expect([list.sort, list.jump, seen(list, top, 200)]).toEqual(['queue', null, before]);
  // A change meanwhile is no reason to move.
  fake.arrive(1);
  await settle();
  expect([list.sort, seen(list, list.jump?.top ?? 0, 200)]).toEqual(['queue', before]);
  fake.sortNow();
  await settle();
  expect([list.sort, list.jump]).toEqual(['newest', { top: 0 }]);
  const page = await fake.rows('all_open', 0, 40);
  expect(Array.from({ length: 40 }, (_, i) => list.row(i)?.id)).toEqual(page.rows.map((r) => r.id));
});

test('an order that comes by itself, as after loading anew, moves nothing that is seen', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  list.look({ top: list.geometry.top(300), height: 800, pointer: 200 });
  await settle();
  const before = seen(list, list.geometry.top(300), 200);
  fake.settings = { ...fake.settings, looks: [{ view: 'all_open', sort: 'oldest', density: 'roomy', columns: [] }] };
  fake.sortNow();
  await settle();
  expect(list.sort).toBe('oldest');
  expect(seen(list, list.jump?.top ?? 0, 200)).toBe(before);
});

test('the row under the pointer stays when one above it goes', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  const top = list.geometry.top(30);
  list.look({ top, height: 800, pointer: 400 });
  const before = seen(list, top, 400);
  const gone = list.row(33)?.id ?? '';
  await fake.closeTicket(gone, '', '', false);
  await settle();
  expect(seen(list, list.jump?.top ?? top, 400)).toBe(before);
  expect(list.fresh).toBe(0);
});

test('old rows stay until new ones are there, and two versions never mix', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  list.look({ top: 0, height: 800, pointer: null });
  const before = list.row(5)?.id;
  let answer = () => {};
  const late = new Promise<void>((done) => (answer = done));
  const real = fake.rows.bind(fake);
  vi.spyOn(fake, 'rows').mockImplementation(async (...args) => {
    await late;
    return real(...args);
  });
  fake.arrive(4);
  await settle();
  expect(list.row(5)?.id).toBe(before);
  answer();
  await settle();
  const page = await real('all_open', 0, 60);
  expect(Array.from({ length: 60 }, (_, i) => list.row(i)?.id)).toEqual(page.rows.map((r) => r.id));
});

test('after a ticket has left the list, the next one is the one that took its place', async () => {
  const { desk, fake } = await bigDesk();
  const { list, selection } = desk;
  await selection.go(3);
  const next = list.row(4)?.id;
  await fake.closeTicket(selection.ticket, '', '', false);
  await settle();
  expect(selection.index).toBe(-1);
  await selection.step(1);
  expect(selection.ticket).toBe(next);
});

test('j at the end and k at the start stay where they are', async () => {
  const { desk } = await bigDesk(40);
  await desk.selection.go(0);
  await desk.selection.step(-1);
  expect(desk.selection.index).toBe(0);
  await desk.selection.go(desk.list.total - 1);
  await desk.selection.step(1);
  expect(desk.selection.index).toBe(desk.list.total - 1);
});

test('a list that cannot be read says why and reads again', async () => {
  const { desk, fake } = await bigDesk(40);
  const rows = vi.spyOn(fake, 'rows').mockRejectedValueOnce({ code: 'internal', message: 'The cache is locked.', hint: '', field: '' });
  await desk.openView('my_open');
  expect(desk.list.fault?.message).toBe('The cache is locked.');
  rows.mockRestore();
  await desk.list.refresh();
  expect(desk.list.fault).toBeNull();
  expect(desk.list.row(0)).toBeDefined();
});

test('a page of another version than the rest makes the list read again', async () => {
  const { desk, fake } = await bigDesk();
  const { list } = desk;
  list.look({ top: 0, height: 800, pointer: null });
  // The change is known to Go, but the news of it has not come yet.
  const emit = vi.spyOn(fake, 'emit').mockImplementation(() => {});
  fake.arrive(30);
  await settle();
  emit.mockRestore();
  const top = list.geometry.top(192);
  list.look({ top, height: 800, pointer: null });
  await settle();
  const at = list.geometry.at(list.jump?.top ?? top);
  const truth = (await fake.rows('all_open', at, 16)).rows.map((r) => r.id);
  expect(Array.from({ length: 16 }, (_, i) => list.row(at + i)?.id)).toEqual(truth);
});
