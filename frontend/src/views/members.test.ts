import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

test('who looks after an organization decides from its list who reads what', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  const { container } = renderIn(desk, Shell);
  await settle();
  expect(screen.queryByTestId('members-open')).toBeNull();
  await desk.openView('org:papierladen');
  await settle();
  await user.click(at('members-open'));
  await settle();
  expect(at('members')).toHaveTextContent('Mert Aydın');
  expect(at('member-mert-none')).toHaveAttribute('aria-checked', 'true');
  expect(screen.queryByTestId('member-mert-back')).toBeNull();
  expect(await violations(container)).toEqual([]);
  const set = vi.spyOn(fake, 'setMember');
  await user.click(at('member-mert-read'));
  await settle();
  expect(set).toHaveBeenLastCalledWith('papierladen', 'mert', 'read');
  expect(at('member-mert-read')).toHaveAttribute('aria-checked', 'true');
  await user.click(at('member-mert-back'));
  await settle();
  expect(set).toHaveBeenLastCalledWith('papierladen', 'mert', '');
  expect(at('member-mert-none')).toHaveAttribute('aria-checked', 'true');
});

test('offline it says that it cannot be changed', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 0 });
  vi.spyOn(fake, 'members').mockRejectedValue({ code: 'offline', message: 'You are offline, so access cannot be looked at or changed.', hint: 'Try again when the line is back.', field: '' });
  renderIn(desk, Shell);
  desk.show('members');
  await settle();
  expect(screen.getByRole('alert')).toHaveTextContent('You are offline, so access cannot be looked at or changed.');
});

test('who manages nothing is offered nothing', async () => {
  const { desk } = await openDesk({ rows: 0 });
  expect(desk.actions.keys('members')).toBeUndefined();
});

test('the list of an organization is grouped by colleague', async () => {
  const { desk } = await openDesk({ as: 'customer', rows: 0 });
  renderIn(desk, Shell);
  await desk.openView('org:papierladen');
  await settle();
  expect(desk.look.sort).toBe('colleague');
  // A heading with its count for each colleague, in each section.
  const heads = desk.list.sections;
  expect(heads.length).toBeGreaterThan(2);
  expect(heads.reduce((n, s) => n + s.count, 0)).toBe(desk.list.total);
  for (const s of heads) {
    const rows = Array.from({ length: s.count }, (_, i) => desk.list.row(s.start + i)?.who);
    expect(new Set(rows).size).toBe(1);
    expect(s.title).toMatch(/^(Waiting on you|With us|Solved) · \S/);
  }
  expect(screen.getByTestId('list')).toHaveTextContent(heads[0]?.title ?? '?');
  await desk.openView('mine');
  expect(desk.look.sort).toBe('queue');
});
