import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, settle, violations } from '../../tests/desk';
import Objects from '../features/ticket/Objects.svelte';

test('what a ticket is about is there at once, and then the others about it', async () => {
  const { fake } = await openDesk({ rows: 0 });
  const t = fake.tickets[0]!;
  const view = await fake.ticket(t.id);
  let answer: (x: Awaited<ReturnType<typeof fake.objects>>) => void = () => undefined;
  const find = () => new Promise<Awaited<ReturnType<typeof fake.objects>>>((done) => (answer = done));
  const onopen = vi.fn();
  const { container } = render(Objects, { view, title: 'Linked', whose: 'their', find, onopen });
  expect(screen.getByText('Mail Pro 25')).toBeVisible();
  const all = await fake.objects(t.id);
  const others = [{ ticket: 't9', number: '#20999', subject: 'The same again', status: 'solved', updated: '' }];
  answer([{ ...all[0]!, gone: true, tickets: others }, ...all.slice(1)]);
  await settle();
  expect(screen.getByText('gone')).toBeVisible();
  expect(screen.getByText('Now called Mail Pro 50')).toBeVisible();
  expect(await violations(container)).toEqual([]);
  await userEvent.setup().click(screen.getByRole('button', { name: '#20999' }));
  expect(onopen).toHaveBeenCalledWith('t9');
});

test('without an answer the names stay', async () => {
  const { fake } = await openDesk({ rows: 0 });
  const view = await fake.ticket(fake.tickets[0]!.id);
  render(Objects, { view, title: 'Linked', whose: 'their', find: () => Promise.reject(new Error('away')) });
  await settle();
  expect(screen.getByText('Mail Pro 25')).toBeVisible();
});
