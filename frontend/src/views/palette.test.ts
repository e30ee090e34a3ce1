import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

async function open(options: Parameters<typeof openDesk>[0] = {}) {
  const made = await openDesk({ outbox: false, ...options });
  renderIn(made.desk, Shell);
  await settle();
  return made;
}

const ask = async (text: string) => {
  await fireEvent.input(screen.getByTestId('palette-text'), { target: { value: text } });
  await settle();
};
const labels = () => screen.queryAllByTestId('palette-row').map((r) => r.querySelector('bdi')?.textContent);
const press = async (k: string, more: KeyboardEventInit = {}) => {
  await fireEvent.keyDown(screen.getByTestId('palette-text'), { key: k, ...more });
  await settle();
};

test('the palette does anything by its name, shows the key, and remembers it', async () => {
  const { desk, fake, close } = await open();
  await desk.walk({ row: 0 });
  await settle();
  key(desk, 'k', { ctrlKey: true });
  await settle();
  await ask('who is away');
  expect(labels()[0]).toBe('Who is away');
  expect(screen.getAllByTestId('palette-row')[0]).toHaveTextContent(/G\s*V/);
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  await press('Enter');
  expect(desk.over).toBe('away');
  expect(fake.settings.recent).toEqual(['away']);
  desk.show('palette');
  await settle();
  expect(labels()[0]).toBe('Who is away');
  close();
});

test('a ticket is given to somebody and passed on by name', async () => {
  const { desk, fake, close } = await open();
  await desk.walk({ row: 0 });
  await settle();
  const id = desk.selection.ticket;
  const assign = vi.spyOn(fake, 'assign');
  const other = (await fake.staff('')).find((p) => p.id !== fake.me.id);
  desk.show('palette');
  await settle();
  await ask(`assign ${other?.name.split(' ')[1] ?? ''}`);
  expect(labels()[0]).toBe(`Assign to ${other?.name}`);
  await press('Enter');
  expect(assign).toHaveBeenCalledWith(id, other?.id, '', []);
  desk.show('palette');
  await settle();
  await ask('move to');
  await press('Enter');
  expect(screen.getByTestId('refer-dialog')).toBeInTheDocument();
  expect(screen.getByTestId('refer-dialog').querySelectorAll('[aria-checked="true"], input:checked')).toHaveLength(1);
  close();
});

test('what cannot be done now says why and does nothing; with no ticket open, that', async () => {
  const { desk, close } = await open();
  desk.show('palette');
  await settle();
  await ask('snooze');
  const row = screen.getAllByTestId('palette-row').find((r) => r.dataset.action === 'ticket.snooze') as HTMLElement;
  expect(row).toHaveAttribute('aria-disabled', 'true');
  expect(row).toHaveTextContent('Open a ticket first');
  await fireEvent.click(row);
  expect(desk.over).toBe('palette');
  close();
});

test('a number finds its ticket first', async () => {
  const { desk, fake, close } = await open();
  const t = fake.tickets[3];
  desk.show('palette');
  await settle();
  vi.useFakeTimers();
  await ask(t?.number ?? '');
  await vi.advanceTimersByTimeAsync(60);
  vi.useRealTimers();
  await settle();
  await press('Enter');
  expect(desk.selection.ticket).toBe(t?.id);
  close();
});

test('Enter that an input method keeps chooses nothing', async () => {
  const { desk, close } = await open();
  desk.show('palette');
  await settle();
  await ask('settings');
  await press('Enter', { isComposing: true });
  await press('Enter', { keyCode: 229 });
  expect(desk.over).toBe('palette');
  close();
});

test('customers find nothing of the team’s', async () => {
  const { desk, close } = await open({ as: 'customer' });
  await desk.walk({ row: 0 });
  await settle();
  desk.show('palette');
  await settle();
  for (const word of ['assign', 'note', 'snooze', 'priority', 'move to', 'take the next']) {
    await ask(word);
    expect(labels().filter((l) => l?.toLowerCase().startsWith(word)), word).toEqual([]);
  }
  close();
});

test('an article is found by its words and opened in Help', async () => {
  const { desk } = await openDesk({ outbox: false });
  renderIn(desk, Shell);
  await settle();
  desk.show('palette');
  await settle();
  await fireEvent.input(screen.getByTestId('palette-text'), { target: { value: 'forward mail' } });
  await vi.waitFor(() => expect(screen.getByTestId('palette-list')).toHaveTextContent('Forward mail to another address'));
  const row = screen.getAllByTestId('palette-row').find((r) => r.textContent?.includes('Forward mail to another address'));
  expect(row).toHaveTextContent('Article');
  await fireEvent.click(row as HTMLElement);
  expect(desk.place).toBe('help');
  expect(desk.over).toBe('');
});
