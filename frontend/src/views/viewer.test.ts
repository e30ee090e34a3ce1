import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import type { FileInfo } from '$lib/backend';
import type { FakeDesk } from '$lib/backend/fake';
import type { Desk } from '$lib/state/desk.svelte';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import { shown } from '../features/ticket/viewer';
import Ticket from './Ticket.svelte';

let desk: Desk;
let fake: FakeDesk;
let close: () => void;
const user = userEvent.setup();
const file = (name: string, type: string, more: Partial<FileInfo> = {}): FileInfo => ({ hash: name, name, size: 900, type, state: 'here', progress: 1, preview: type.startsWith('image/') ? `/preview/x/${name}` : '', ...more });

async function open(files: FileInfo[]) {
  ({ desk, fake, close } = await openDesk({ rows: 0 }));
  renderIn(desk, Ticket);
  const t = fake.tickets.find((one) => one.subject.startsWith('Prescriptions'));
  for (const e of t?.entries ?? []) e.files = [];
  Object.assign(t?.entries.at(-1) ?? {}, { files });
  desk.selection.open(t?.id ?? '');
  await settle();
}
const look = async (name: string) => {
  const button = screen.getByRole('button', { name: new RegExp(`Show ${name}`) });
  button.focus();
  await user.click(button);
  await settle();
  return button;
};
afterEach(() => close());

test('a text is shown as it is written, wrapped or not, and nothing in it is markup', async () => {
  await open([file('shop.log', 'text/plain; charset=utf-8')]);
  fake.looks['shop.log'] = { kind: 'text', text: '<img src=x onerror=alert(1)>\n  two', charset: 'Windows-1252', guessed: true, rest: 2_000_000, odd: true };
  const button = await look('shop.log');
  const stage = screen.getByTestId('viewer');
  expect(stage.querySelector('pre')?.textContent).toBe('<img src=x onerror=alert(1)>\n  two');
  expect(stage.querySelector('img')).toBeNull();
  const told = screen.getByTestId('viewer-told');
  expect(told).toHaveTextContent('Read as Windows-1252');
  expect(told).toHaveTextContent('2.0 MB follow');
  expect(told).toHaveTextContent('cannot be seen');
  const wrapped = () => stage.querySelector('pre')?.classList.contains('wrap');
  expect(wrapped()).toBe(true);
  key(desk, 'w');
  await settle();
  expect(wrapped()).toBe(false);
  expect(await violations(document.body)).toEqual([]);
  await fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  await settle();
  expect(screen.queryByTestId('viewer')).toBeNull();
  await waitFor(() => expect(button).toHaveFocus());
});

test('a file that is here is drawn out of the window, and the page names nothing to others', async () => {
  await open([file('a.png', 'image/png'), file('b.pdf', 'application/pdf', { state: 'there' })]);
  const [here, there] = screen.getAllByTestId('file-chip');
  expect(here).toHaveAttribute('draggable', 'true');
  expect(there).not.toHaveAttribute('draggable');
  const event = new Event('dragstart', { bubbles: true, cancelable: true });
  await fireEvent(here!, event);
  await settle();
  expect(event.defaultPrevented).toBe(true);
  expect(fake.dragged).toEqual([`${desk.selection.ticket} a.png`]);
  fake.dragFile = () => Promise.reject({ code: 'invalid', message: 'Files cannot be dragged out of the window on this computer.', hint: 'Save it instead.', field: 'files' });
  await fireEvent(here!, new Event('dragstart', { bubbles: true, cancelable: true }));
  await settle();
  expect(screen.getByText(/cannot be dragged out/)).toBeInTheDocument();
});

test('the arrows go through what can be shown, and past what cannot', async () => {
  await open([file('a.png', 'image/png'), file('plan.pdf', 'application/pdf'), file('b.csv', 'text/csv'), file('c.png', 'image/png', { state: 'gone', preview: '' }), file('d.png', 'image/png')]);
  fake.looks['b.csv'] = 'one;two';
  await look('a.png');
  const named = () => screen.getByTestId('viewer').getAttribute('aria-label');
  key(desk, 'ArrowLeft');
  await settle();
  expect(named()).toBe('a.png');
  const seen = [named()];
  for (let i = 0; i < 3; i++) {
    key(desk, 'ArrowRight');
    await settle();
    seen.push(named());
  }
  expect(seen).toEqual(['a.png', 'b.csv', 'd.png', 'd.png']);
  expect(screen.getByTestId('viewer-at')).toHaveTextContent('3 of 3');
  // At its own size the arrows move the picture.
  key(desk, 'z');
  await settle();
  expect(screen.getByTestId('viewer').querySelector('img')).toHaveAttribute('src', '/preview/x/d.png?size=whole');
  expect(screen.getByTestId('viewer').querySelector('img')).toHaveAttribute('width', '640');
  key(desk, 'ArrowLeft');
  await settle();
  expect(named()).toBe('d.png');
  await user.click(screen.getByTestId('viewer-size'));
  key(desk, 'ArrowLeft');
  await settle();
  expect(named()).toBe('b.csv');
});

test('what cannot be shown says why, and can be saved', async () => {
  await open([file('bomb.png', 'image/png'), file('odd.log', 'text/plain'), file('far.log', 'text/plain', { state: 'there' })]);
  fake.looks['bomb.png'] = { width: 60_000, height: 60_000 };
  fake.looks['odd.log'] = {};
  await look('bomb.png');
  const stage = () => screen.getByTestId('viewer');
  expect(stage()).toHaveTextContent('more points than are safe');
  expect(stage().querySelector('img')).toBeNull();
  key(desk, 'ArrowRight');
  await settle();
  expect(stage()).toHaveTextContent('cannot be shown here');
  fake.lookFile = () => Promise.reject({ code: 'offline', message: '“far.log” is not on this computer yet.', hint: 'It can be fetched once Docket is live again.', field: '' });
  key(desk, 'ArrowRight');
  await settle();
  expect(screen.getByRole('alert')).toHaveTextContent('not on this computer yet. It can be fetched');
  let saved = 0;
  fake.saveFile = () => Promise.resolve(void saved++);
  key(desk, 's', { ctrlKey: true });
  expect(saved).toBe(1);
});

test('what is shown: pictures and texts, no programs, no pages of print, nothing deleted', () => {
  const is = (name: string, type: string, more: Partial<FileInfo> = {}) => shown(file(name, type, more));
  expect([is('a', 'image/webp'), is('a', 'text/csv'), is('a', 'application/json'), is('a.svg', 'image/svg+xml'), is('a.eml', 'message/rfc822'), is('nginx.conf', 'application/octet-stream')]).toEqual(Array(6).fill(true));
  expect([is('a.pdf', 'application/pdf'), is('a.exe', 'application/octet-stream'), is('a.bmp', 'image/bmp'), is('a.log', 'text/plain', { state: 'gone' }), is('a.txt', 'application/zip')]).toEqual(Array(5).fill(false));
});
