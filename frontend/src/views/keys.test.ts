import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

async function sheet(options: Parameters<typeof openDesk>[0] = {}) {
  const made = await openDesk({ outbox: false, ...options });
  renderIn(made.desk, Shell);
  await settle();
  key(made.desk, '?');
  await settle();
  return made;
}

const row = (id: string) => screen.getAllByTestId('key-row').find((r) => r.dataset.action === id) as HTMLElement;
const change = async (id: string) => {
  await fireEvent.click(row(id).querySelector('[data-testid="key-change"]') as HTMLElement);
  await settle();
};
const press = async (k: string, more: KeyboardEventInit = {}) => {
  await fireEvent.keyDown(document.body, { key: k, ...more });
  await settle();
};
const within = (id: string, testid: string) => row(id).querySelector(`[data-testid="${testid}"]`) as HTMLElement;

test('a key is changed by pressing the new one, is kept, and can be as it was', async () => {
  const { desk, fake, close } = await sheet();
  await change('phones');
  await press('Process', { keyCode: 229 });
  await press('Dead');
  await press('h', { ctrlKey: true, shiftKey: true });
  expect(fake.settings.keys).toEqual([{ action: 'phones', keys: ['Mod+Shift+h'] }]);
  expect(row('phones')).toHaveTextContent(/Ctrl\s*Shift\s*H/);
  desk.show('');
  await settle();
  key(desk, 'H', { ctrlKey: true, shiftKey: true });
  expect(desk.over).toBe('phones');
  desk.show('keys');
  await settle();
  await change('phones');
  await fireEvent.click(within('phones', 'key-reset'));
  expect(fake.settings.keys).toEqual([]);
  close();
});

test('a key that is another’s is named, and taken only when that is said', async () => {
  const { desk, fake, close } = await sheet();
  await change('phones');
  await press('t');
  expect(row('phones')).toHaveTextContent('T is “Take the next ticket”.');
  expect(fake.settings.keys).toEqual([]);
  await fireEvent.click(within('phones', 'key-take'));
  expect(fake.settings.keys).toEqual([{ action: 'take', keys: [] }, { action: 'phones', keys: ['t'] }]);
  expect(desk.actions.keys('take')).toBeUndefined();
  close();
});

test('what belongs to the system is not given away, and Escape leaves all as it was', async () => {
  const { fake, desk, close } = await sheet();
  await change('phones');
  await press('c', { ctrlKey: true });
  expect(row('phones')).toHaveTextContent('belongs to the system');
  await press('Escape');
  expect(within('phones', 'key-change')).toBeInTheDocument();
  expect(desk.over).toBe('keys');
  expect(fake.settings.keys).toEqual([]);
  close();
});

test('a key is switched off, all of one letter are, and all are as they were', async () => {
  const { desk, fake, close } = await sheet();
  await change('phones');
  await fireEvent.click(within('phones', 'key-off'));
  expect(fake.settings.keys).toEqual([{ action: 'phones', keys: [] }]);
  await fireEvent.click(screen.getByTestId('keys-letters'));
  await settle();
  desk.show('');
  await settle();
  key(desk, 'c');
  expect(desk.place).toBe('inbox');
  key(desk, 'k', { ctrlKey: true });
  expect(desk.over).toBe('palette');
  desk.show('keys');
  await settle();
  await fireEvent.click(screen.getByTestId('keys-reset'));
  expect(fake.settings.keys).toEqual([]);
  close();
});

test('“G” waits for its second key', async () => {
  const { fake, close } = await sheet();
  await change('phones');
  await press('g');
  await press('7');
  expect(fake.settings.keys).toEqual([{ action: 'phones', keys: ['g 7'] }]);
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  close();
});

test('a customer’s sheet has nothing of the team’s', async () => {
  const { close } = await sheet({ as: 'customer' });
  const names = screen.getAllByTestId('key-row').map((r) => r.dataset.action);
  expect(names.filter((n) => ['ticket.note', 'ticket.assign', 'ticket.tags', 'take'].includes(n ?? ''))).toEqual([]);
  close();
});
