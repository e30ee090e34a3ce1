// The window in another language: at once, whole, and in its direction.
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { key, settle } from '../../tests/desk';
import App from '../App.svelte';
import { FakeDesk } from '../lib/backend/fake';
import type { Options } from '../lib/backend/fake/desk';
import { speak } from '../lib/language';
import ar from '../lib/language/ar.json';
import de from '../lib/language/de.json';
import { Desk } from '../lib/state/desk.svelte';

afterEach(async () => {
  cleanup();
  await speak('en');
});

async function open(options: Partial<Options>): Promise<{ desk: Desk; fake: FakeDesk }> {
  const fake = new FakeDesk({ theme: 'light', ...options });
  const desk = new Desk(fake);
  render(App, { desk });
  await settle();
  // The language comes in a file of its own.
  await speak(options.language ?? 'en');
  await settle();
  return { desk, fake };
}

/** What is read in the window, and heard: every text and every name, with whose words they are left out. */
function heard(): string[] {
  const words: string[] = [];
  const walk = (node: Node): void => {
    if (node instanceof Element) {
      for (const name of ['aria-label', 'title', 'placeholder']) words.push(node.getAttribute(name) ?? '');
      if (node.matches('script, style, textarea')) return;
    } else if (node.nodeType === Node.TEXT_NODE) words.push(node.textContent ?? '');
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return words.map((w) => w.trim()).filter(Boolean);
}

/** Sentences of ours that differ in German, and are read in English all the same. */
const english = () => {
  const ours = new Set(Object.entries(de).filter(([key, line]) => line !== key && !key.includes('{')).map(([key]) => key.replace(/\|.*$/, '')));
  return [...new Set(heard().filter((said) => ours.has(said)))];
};

test('a person changes the language, and everything is said in it at once', async () => {
  const { desk } = await open({});
  expect(screen.getByTestId('new-ticket')).toHaveAccessibleName('New ticket');
  await desk.session.change({ language: 'de' });
  await settle();
  await speak('de');
  await settle();
  expect(document.documentElement).toHaveAttribute('lang', 'de');
  expect(document.documentElement).toHaveAttribute('dir', 'ltr');
  expect(screen.getByTestId('new-ticket')).toHaveAccessibleName('Neues Ticket');
  expect(desk.actions.find('new')?.label).toBe('Neues Ticket');
});

test('in Arabic the window runs from the right', async () => {
  const { desk } = await open({ language: 'ar' });
  expect(document.documentElement).toHaveAttribute('dir', 'rtl');
  expect(desk.actions.find('new')?.label).toBe(ar['New ticket']);
});

test.each(['staff', 'customer'] as const)('a %s reads nothing of ours in English, and has all keys', async (as) => {
  const { desk, fake } = await open({ as, language: 'de' });
  expect(english()).toEqual([]);
  for (const over of ['settings', 'keys', 'find', 'phones', 'followed', 'palette'] as const) {
    desk.show(over);
    await settle();
    expect(english(), over).toEqual([]);
    desk.show('');
    await settle();
  }
  await desk.openTicket(fake.tickets.find((t) => t.subject.startsWith(as === 'staff' ? 'Prescriptions' : 'Paying'))?.id ?? '');
  await settle();
  expect(english(), 'ticket').toEqual([]);
  key(desk, 'c');
  await settle();
  expect(desk.place).toBe('new');
  expect(english(), 'new').toEqual([]);
});
