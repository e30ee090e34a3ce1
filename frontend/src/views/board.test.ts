import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(as: 'staff' | 'lead' | 'customer') {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as });
  const view = renderIn(opened.desk, Shell);
  await settle();
  const press = (...keys: string[]) => keys.forEach((name) => key(opened.desk, name));
  return { ...opened, view, press };
}

test('a lead reads the board by two keys, and every figure leads to its tickets', async () => {
  const { desk, fake, view, press } = await open('lead');
  press('g', 'b');
  await settle();
  const late = fake.tickets.filter((t) => t.department === 'mail' && t.status !== 'solved' && t.due !== null && t.due <= 0);
  const cell = within(at('board-queues')).getAllByRole('button', { name: /Mail & DNS, .*, late$/ });
  expect(cell.map((b) => Number(b.textContent)).reduce((a, b) => a + b, 0)).toBe(late.length);
  expect(within(at('board-people')).getByRole('rowheader', { name: 'Jonas Reiter' })).toBeInTheDocument();
  expect(await violations(view.container)).toEqual([]);
  await user.click(cell[0] as HTMLElement);
  await settle();
  const rows = within(at('board-tickets')).getAllByTestId('board-ticket');
  expect(rows).toHaveLength(Number(cell[0]?.textContent));
  await user.click(rows[0] as HTMLElement);
  await settle();
  expect(desk.place).toBe('inbox');
  expect(late.map((t) => t.id)).toContain(desk.selection.ticket);
});

test('it follows what changes, and Escape leads back', async () => {
  const { desk, fake, press } = await open('lead');
  desk.go('board');
  await settle();
  const total = () => within(at('board-people')).getAllByRole('row').length;
  const before = at('board-queues').textContent;
  fake.arrive(1, { department: 'mail', due: -5 });
  await settle();
  expect(at('board-queues').textContent).not.toBe(before);
  expect(total()).toBeGreaterThan(1);
  press('Escape');
  await settle();
  expect(desk.place).toBe('inbox');
});

test.each(['staff', 'customer'] as const)('%s has no board and no key for it', async (as) => {
  const { desk, press } = await open(as);
  expect(screen.queryByTestId('board-open')).toBeNull();
  press('g', 'b');
  await settle();
  expect(desk.place).not.toBe('board');
});

test('when fewer are there than shall stay free', async () => {
  const { desk, fake } = await open('lead');
  const board = await fake.board();
  const [first, second, ...rest] = board.queues;
  if (!first || !second) throw new Error('no queues');
  vi.spyOn(fake, 'board').mockResolvedValue({ ...board, queues: [{ ...first, reserve: 2, gaps: [{ from: '2031-03-03T08:00:00Z', until: '2031-03-03T12:00:00Z', there: 1 }] }, { ...second, reserve: 1 }, ...rest] });
  desk.go('board');
  await settle();
  const rows = within(at('board-gaps')).getAllByRole('row').slice(1);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toHaveTextContent(first.name);
  expect(rows[0]?.textContent).toMatch(/3 March.*12$/);
  expect(rows[1]).toHaveTextContent('Always enough.');
});
