import { fireEvent, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { speak } from '$lib/language';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { choices } from '../features/palette/choices';
import { narrowed, settings } from '../features/settings/settings';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

test('settings narrow to what is typed, by name, hint and choice, and take effect at once', async () => {
  const { desk, fake, close } = await openDesk({ outbox: false });
  renderIn(desk, Shell);
  await settle();
  key(desk, ',', { ctrlKey: true });
  await settle();
  expect(at('settings-find')).toBeVisible();
  await user.type(at('settings-find'), 'dark');
  await settle();
  expect(screen.queryByTestId('language-de')).toBeNull();
  expect(screen.queryByTestId('keep-running')).toBeNull();
  await user.click(at('theme-dark'));
  expect(fake.settings.theme).toBe('dark');
  await user.clear(at('settings-find'));
  await user.type(at('settings-find'), 'quiet hours');
  expect(at('notify-open')).toBeVisible();
  expect(screen.queryByTestId('theme-dark')).toBeNull();
  await user.clear(at('settings-find'));
  await user.type(at('settings-find'), 'zebra');
  expect(at('settings-none')).toHaveTextContent('No setting is called so.');
  expect(await violations(document.body)).toEqual([]);
  close();
});

test('every setting is found by its name in the palette, and opens with the cursor at it', async () => {
  const { desk, close } = await openDesk({ outbox: false });
  renderIn(desk, Shell);
  await settle();
  for (const s of settings(true)) {
    const found = choices(desk.actions, s.name, []).filter((c) => !c.why).map((c) => c.action.id);
    expect(found, s.name).toContain(`setting.${s.id}`);
  }
  desk.actions.run('setting.stay');
  await settle();
  expect(at('keep-running')).toHaveFocus();
  desk.show('');
  desk.show('settings');
  expect(desk.setting).toBe('');
  close();
});

test('they are found in the language of the window', async () => {
  await speak('de');
  expect(narrowed(settings(true), 'dunkel').map((s) => s.id)).toEqual(['theme']);
  expect(narrowed(settings(true), 'grosse').length + narrowed(settings(true), 'Größe').length).toBeGreaterThan(0);
  await speak('en');
  expect(settings(false).map((s) => s.id)).not.toContain('away');
});

test('a choice is made by its first letters, and the same letter once more goes on', async () => {
  const { desk, fake, close } = await openDesk({ outbox: false, rows: 0 });
  renderIn(desk, Shell);
  desk.selection.open(fake.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '');
  await settle();
  key(desk, 'A', { shiftKey: true });
  await settle();
  const all = screen.getAllByRole<HTMLInputElement>('radio').filter((r) => r.dataset.testid?.startsWith('refer-to-'));
  const names = all.map((r) => r.labels?.[0]?.textContent?.trim() ?? '');
  const picked = () => names[all.findIndex((r) => r.checked)];
  all[0]?.focus();
  const last = names.at(-1) ?? '';
  const type = (k: string, more = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: k, ...more });
  for (const letter of last.slice(0, 3)) await type(letter);
  await settle();
  expect(picked()).toBe(last);
  expect(document.activeElement).toBe(all.at(-1));
  await type('q');
  expect(picked()).toBe(last);
  await type('a', { ctrlKey: true });
  expect(picked()).toBe(last);
  close();
});

test('a picked date is said in words, in the language of the window', async () => {
  await speak('de');
  const { desk, fake, close } = await openDesk({ outbox: false, rows: 0 });
  renderIn(desk, Shell);
  desk.selection.open(fake.tickets.find((t) => t.subject.startsWith('Phone asks'))?.id ?? '');
  await settle();
  key(desk, 'y');
  await settle();
  await fireEvent.input(at('promise-due'), { target: { value: '2026-12-11T15:00' } });
  await settle();
  expect(at('promise-due')).toHaveAccessibleDescription(/Freitag, 11\. Dezember 2026.*15:00/);
  await speak('en');
  close();
});
