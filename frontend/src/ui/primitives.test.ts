import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { violations } from '../../tests/desk';
import Avatar from './Avatar.svelte';
import Button from './Button.svelte';
import Dialog from './Dialog.svelte';
import DuePie from './DuePie.svelte';
import Field from './Field.svelte';
import Icon from './Icon.svelte';
import IconButton from './IconButton.svelte';
import Seg from './Seg.svelte';
import Switch from './Switch.svelte';
import Track from './Track.svelte';
import TurnGlyph from './TurnGlyph.svelte';

const text = (words: string) => createRawSnippet(() => ({ render: () => `<span>${words}</span>` }));

test('axe finds nothing in the primitives', async () => {
  const body = document.createElement('main');
  document.body.append(body);
  const at = { target: body };
  render(Button, { ...at, props: { children: text('Send'), keys: undefined } });
  render(IconButton, { ...at, props: { icon: 'x', label: 'Close' } });
  render(Field, { ...at, props: { label: 'Server', hint: 'It stands in your invitation.' } });
  render(Field, { ...at, props: { label: 'Password', fault: 'Enter your password.' } });
  render(Seg, { ...at, props: { label: 'Theme', value: 'a', parts: [{ id: 'a', label: 'A' }, { id: 'b', label: 'B' }], onchange: () => {} } });
  render(Switch, { ...at, props: { on: true, label: 'Content', hint: 'Shown', onchange: () => {} } });
  render(Track, { ...at, props: { share: 0.4, label: 'first.pdf' } });
  render(Avatar, { ...at, props: { initials: 'AL', name: 'Anna has it' } });
  for (const turn of ['yours', 'nobody', 'colleague', 'customer', 'with_us', 'third_party', 'hold', 'solved'] as const) render(TurnGlyph, { ...at, props: { turn } });
  expect(await violations(body)).toEqual([]);
  body.remove();
});

test('every turn has a shape and a name of its own', () => {
  const turns = ['yours', 'nobody', 'colleague', 'customer', 'with_us', 'third_party', 'hold', 'solved'] as const;
  const drawn = turns.map((turn) => render(TurnGlyph, { props: { turn } }).container.querySelector('svg') as SVGElement);
  expect(new Set(drawn.map((svg) => svg.getAttribute('aria-label'))).size).toBe(8);
  // customer and with_us are one glyph seen from two sides.
  expect(new Set(drawn.map((svg) => [...svg.children].map((part) => part.cloneNode(true)).map((part) => new XMLSerializer().serializeToString(part)).join(''))).size).toBe(7);
});

test('a field’s fault is read with the field, and replaces its hint', async () => {
  const { rerender } = render(Field, { props: { label: 'Server', hint: 'In your invitation.' } });
  expect(screen.getByLabelText('Server')).toHaveAccessibleDescription('In your invitation.');
  await rerender({ fault: 'No desk answers here.' });
  expect(screen.getByLabelText('Server')).toHaveAccessibleDescription('No desk answers here.');
  expect(screen.getByLabelText('Server')).toBeInvalid();
});

test('a switch of parts moves with the arrows and is one tab stop', async () => {
  const change = vi.fn();
  render(Seg, { props: { label: 'Theme', value: 'b', parts: [{ id: 'a', label: 'A' }, { id: 'b', label: 'B' }, { id: 'c', label: 'C' }], onchange: change } });
  const user = userEvent.setup();
  await user.tab();
  expect(screen.getByRole('radio', { name: 'B' })).toHaveFocus();
  await user.keyboard('{ArrowRight}{ArrowLeft}');
  expect(change.mock.calls.map((c) => String(c[0]))).toEqual(['c', 'a']);
  expect(screen.getAllByRole('radio').filter((r) => r.tabIndex === 0)).toHaveLength(1);
});

test('a dialog closes by Escape and by a press outside, never by itself', async () => {
  const close = vi.fn();
  const { container } = render(Dialog, { props: { label: 'Keys', onclose: close, children: text('inside') } });
  const dialog = container.querySelector('dialog') as HTMLDialogElement;
  dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
  dialog.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
  screen.getByText('inside').dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
  expect(close).toHaveBeenCalledTimes(2);
});

test('the pie empties, is full at the start and a diamond when late', () => {
  const path = (used: number, late = false) => render(DuePie, { props: { used, late } }).container.querySelector('path')?.getAttribute('d') ?? '';
  expect(path(0)).toBe('');
  expect(path(0.25)).toContain('0 1 1 2.00 6.00');
  expect(path(0.75)).toContain('0 0 1 10.00 6.00');
  expect(path(1, true)).toBe('M6 .4 11.6 6 6 11.6.4 6Z');
});

test('an icon nobody knows is still drawn', () => {
  expect(render(Icon, { props: { name: 'no-such-icon' } }).container.querySelector('svg')?.children.length).toBeGreaterThan(0);
});
