import { fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

let before: number;
beforeEach(() => (before = window.innerWidth));
afterEach(() => {
  window.innerWidth = before;
  vi.restoreAllMocks();
});

async function open(width = 1440, options: Parameters<typeof openDesk>[0] = {}) {
  const made = await openDesk({ outbox: false, ...options });
  renderIn(made.desk, Shell);
  await settle();
  // As the window tells it.
  vi.spyOn(made.desk.layout, 'width', 'get').mockReturnValue(width);
  await made.desk.openView('all_open');
  await settle();
  return made;
}
type Opened = Awaited<ReturnType<typeof open>>;
const press = async (desk: Opened['desk'], k: string, more: KeyboardEventInit = {}) => {
  key(desk, k, more);
  await settle();
};
const go = async ({ desk }: Opened, row: number): Promise<string> => {
  await desk.walk({ row });
  await settle();
  return desk.selection.ticket;
};
const tabs = () => screen.queryAllByTestId('tab').map((t) => t.textContent?.trim());

test('Ctrl or the middle button keeps a ticket open without going there, and keys go between', async () => {
  const made = await open();
  const { desk, fake, close } = made;
  const here = await go(made, 0);
  await fireEvent.click(screen.getAllByTestId('row')[2] as HTMLElement, { ctrlKey: true });
  await fireEvent(screen.getAllByTestId('row')[3] as HTMLElement, new MouseEvent('auxclick', { bubbles: true, button: 1 }));
  await settle();
  expect(desk.selection.ticket).toBe(here);
  expect(tabs()).toHaveLength(2);
  const [second, third] = fake.settings.tabs;
  await press(desk, 'PageDown', { ctrlKey: true });
  expect(desk.selection.ticket).toBe(second);
  await press(desk, 'PageDown', { ctrlKey: true });
  await press(desk, 'PageDown', { ctrlKey: true });
  expect(desk.selection.ticket).toBe(second);
  await press(desk, '2', { altKey: true });
  expect(desk.selection.ticket).toBe(third);
  expect(await violations(screen.getByTestId('tabs'))).toEqual([]);
  await press(desk, 'w', { altKey: true });
  expect(fake.settings.tabs).toEqual([second]);
  expect(desk.selection.ticket).toBe(second);
  close();
});

test('what is written in one is there when one comes back, and on disk', async () => {
  const made = await open();
  const { desk, fake, close } = made;
  await go(made, 0);
  await press(desk, 't', { altKey: true });
  const save = vi.spyOn(fake, 'saveDraft');
  const text = () => screen.getByTestId<HTMLTextAreaElement>('reply-text');
  await fireEvent.input(text(), { target: { value: 'Half a thought' } });
  const [first] = fake.settings.tabs;
  await go(made, 3);
  expect(text().value).not.toBe('Half a thought');
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ ticket: first, text: 'Half a thought' }));
  await press(desk, 'PageDown', { ctrlKey: true });
  expect(text().value).toBe('Half a thought');
  close();
});

test('tabs are there again at the next start, without those one sees no more', async () => {
  const made = await open();
  const ids = [made.fake.tickets[0]?.id ?? '', '01890000-0000-7000-8000-00000000dead'];
  made.close();
  const next = await openDesk({ outbox: false });
  next.fake.settings = { ...next.fake.settings, tabs: ids };
  next.fake.emit('boot', await next.fake.boot());
  await next.desk.load();
  await settle();
  expect(next.desk.tabs.ids).toEqual([ids[0]]);
  expect(next.desk.tabs.row(ids[0] ?? '')?.number).toBe(next.fake.tickets[0]?.number);
  next.close();
});

test('from 1600 two stand side by side, each with its own draft, and the keys are one’s', async () => {
  const made = await open(1600);
  const { desk, fake, close } = made;
  const first = await go(made, 0);
  await press(desk, 's', { altKey: true });
  const second = desk.selection.ticket;
  expect(second).not.toBe(first);
  expect(fake.settings.beside).toBe(first);
  const [main, beside] = [screen.getByTestId('half-main'), screen.getByTestId('half-beside')];
  await fireEvent.input(within(main).getByTestId('reply-text'), { target: { value: 'To the one' } });
  await fireEvent.input(within(beside).getByTestId('reply-text'), { target: { value: 'To the other' } });
  expect(within(main).getByTestId<HTMLTextAreaElement>('reply-text').value).toBe('To the one');
  const looking = vi.spyOn(fake, 'looking');
  await press(desk, 'F6');
  expect(document.activeElement).toBe(within(beside).getByTestId('reply-text'));
  expect(looking).toHaveBeenLastCalledWith(first, false);
  (document.activeElement as HTMLElement).blur();
  await press(desk, 'n');
  expect(within(beside).getByTestId('note-text')).toBeInTheDocument();
  expect(within(main).getByTestId('reply-text')).toBeInTheDocument();
  expect(desk.actions.all.filter((a) => a.id === 'ticket.reply')).toHaveLength(1);
  (document.activeElement as HTMLElement).blur();
  await press(desk, 's', { altKey: true });
  expect(screen.queryByTestId('half-beside')).toBeNull();
  close();
});

test('where there is no room for two there is one, and the key says so', async () => {
  const made = await open(1024);
  const { desk, fake, close } = made;
  await go(made, 0);
  await press(desk, 's', { altKey: true });
  expect(fake.settings.beside).toBe('');
  expect(desk.actions.find('tab.split')?.why?.()).toBe('The window is not wide enough');
  close();
});
