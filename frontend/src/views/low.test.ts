import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { key, openDesk, renderIn, settle } from '../../tests/desk';
import Shell from './Shell.svelte';

test('in a very low window the place to write is a line until somebody writes, and keeps what it has', async () => {
  const { desk, close } = await openDesk({ outbox: false });
  vi.spyOn(desk.layout, 'low', 'get').mockReturnValue(true);
  renderIn(desk, Shell);
  await desk.walk({ row: 0 });
  await settle();
  const fold = screen.getByTestId('fold');
  const text = () => screen.getByTestId<HTMLTextAreaElement>('reply-text');
  expect(fold).toHaveClass('closed');
  key(desk, 'r');
  await settle();
  expect(document.activeElement).toBe(text());
  expect(fold).not.toHaveClass('closed');
  await fireEvent.input(text(), { target: { value: 'Half a thought' } });
  await fireEvent.pointerDown(screen.getByRole('button', { name: /Attach/ }));
  expect(fold).not.toHaveClass('closed');
  await fireEvent.keyDown(text(), { key: 'Escape' });
  expect(fold).toHaveClass('closed');
  expect(text().value).toBe('Half a thought');
  vi.restoreAllMocks();
  close();
});
