import { fireEvent, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open(as: 'staff' | 'lead' | 'customer', more: { empty?: boolean } = {}) {
  vi.stubGlobal('innerWidth', 1440);
  const opened = await openDesk({ rows: 0, as, ...more });
  const view = renderIn(opened.desk, Shell);
  await settle();
  const press = (...keys: string[]) => keys.forEach((name) => key(opened.desk, name));
  return { ...opened, view, press };
}

test('a lead reads reports by two keys, and what a chart shows is a table for who cannot see it', async () => {
  const { fake, view, press } = await open('lead');
  press('g', 'z');
  await settle();
  const report = await fake.report('', 30);
  expect(at('reports-opened-now')).toHaveTextContent(String(report.now.opened));
  const rows = within(at('chart-flow-rows')).getAllByRole('row');
  expect(rows).toHaveLength(31);
  expect(rows.slice(1).map((r) => within(r).getAllByRole('cell')[0]?.textContent)).toEqual(report.parts.map((p) => String(p.opened)));
  expect(await violations(view.container)).toEqual([]);
  await user.click(at('chart-flow-table'));
  expect(within(at('chart-flow')).queryByRole('slider')).toBeNull();
  expect(await violations(view.container)).toEqual([]);
});

test('the arrows walk the points of a chart and say each exactly', async () => {
  const { fake, press } = await open('lead');
  press('g', 'z');
  await settle();
  const { parts } = await fake.report('', 30);
  const slider = within(at('chart-flow')).getByRole('slider');
  slider.focus();
  await fireEvent.keyDown(slider, { key: 'End' });
  expect(slider).toHaveAttribute('aria-valuetext', expect.stringMatching(new RegExp(`Opened ${parts[29]?.opened}, Solved ${parts[29]?.solved}$`)));
  await fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  expect(slider.getAttribute('aria-valuetext')).toContain(`Opened ${parts[28]?.opened},`);
  await fireEvent.keyDown(slider, { key: 'Home' });
  await fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  expect(slider).toHaveAttribute('aria-valuenow', '0');
});

test('another span and another department are other figures, and a table is saved as it is shown', async () => {
  const { fake, press } = await open('lead');
  press('g', 'z');
  await settle();
  await user.click(at('reports-365'));
  await settle();
  expect(within(at('chart-flow-rows')).getAllByRole('row')).toHaveLength(13);
  await fireEvent.change(at('reports-scope'), { target: { value: 'mail' } });
  await settle();
  await user.click(at('chart-first-csv'));
  await settle();
  expect(fake.saved[0]?.name).toBe('Mail & DNS, Time to the first answer');
  expect(fake.saved[0]?.rows?.[0]).toEqual(['Month', 'Half within', 'Nine of ten within']);
  expect(fake.saved[0]?.rows).toHaveLength(13);
  expect(screen.getByText(/^Saved as/)).toBeInTheDocument();
  await user.click(at('reports-csv'));
  expect(fake.saved[1]?.rows?.every((row) => row.length === 17)).toBe(true);
  press('Escape');
  await settle();
  expect(screen.queryByTestId('reports')).toBeNull();
});

test('it says how far it has counted, and an empty desk has no picture to save', async () => {
  const { desk, fake } = await open('lead', { empty: true });
  fake.counting = 1;
  const report = vi.spyOn(fake, 'report');
  desk.go('reports');
  await settle();
  expect(report.mock.calls.length).toBeGreaterThan(1);
  expect(screen.queryByTestId('reports-counting')).toBeNull();
  expect(at('chart-flow')).toHaveTextContent('Nothing to count in this time.');
  expect(at('chart-flow-png')).toBeDisabled();
});

test('an organization has its year, with what it used, and nothing of the team', async () => {
  const { view, press } = await open('customer');
  press('g', 'z');
  await settle();
  expect(at('reports')).toHaveTextContent('Papierladen Nord');
  expect(within(at('chart-flow-rows')).getAllByRole('row')).toHaveLength(13);
  expect(at('reports-held')).toHaveTextContent(/of \d/);
  expect(screen.queryByTestId('reports-intime-now')).toBeNull();
  expect(at('reports').textContent).not.toMatch(/ticket/i);
  expect(await violations(view.container)).toEqual([]);
});

test('an engineer has no reports and no key for them', async () => {
  const { desk, press } = await open('staff');
  expect(screen.queryByTestId('reports-open')).toBeNull();
  press('g', 'z');
  await settle();
  expect(desk.place).not.toBe('reports');
});
