import { render } from '@testing-library/svelte';
import axe from 'axe-core';
import { flushSync, tick, type Component } from 'svelte';
import { FakeDesk } from '../src/lib/backend/fake';
import type { Options } from '../src/lib/backend/fake/desk';
import { Desk } from '../src/lib/state/desk.svelte';
import Within from './Within.svelte';

/** A desk over the fake backend, signed in and loaded. */
export async function openDesk(options: Partial<Options> = {}): Promise<{ desk: Desk; fake: FakeDesk; close: () => void }> {
  const fake = new FakeDesk({ theme: 'light', ...options });
  const desk = new Desk(fake);
  const close = desk.listen();
  await desk.session.start();
  if (desk.session.state === 'ready') await desk.load();
  await settle();
  return { desk, fake, close };
}

/** Until every promise of the fake desk and every effect has run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await Promise.resolve();
    await tick();
  }
  flushSync();
}

/** Renders a component as it stands in the window, with the desk above it. */
export const renderIn = (desk: Desk, part: Component, props: Record<string, unknown> = {}) => render(Within, { props: { desk, part, props } });

/** What axe finds in an element; colours need a real engine and are checked there. */
export async function violations(element: Element): Promise<string[]> {
  const found = await axe.run(element, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 120)}`));
}

/** A key as the window hears it. */
export function key(desk: Desk, key: string, more: KeyboardEventInit = {}): void {
  desk.actions.handle(new KeyboardEvent('keydown', { key, cancelable: true, ...more }));
}
