import { cleanup, render, screen } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { direction, language, said, speak, t } from '.';
import Spoken from '../../../tests/Spoken.svelte';

vi.mock('./de.json', () => ({ default: { Send: 'Senden', '{n, plural, one {# message} other {# messages}}': '{n, plural, one {# Nachricht} other {# Nachrichten}}', 'Open|verb': 'Öffnen', 'Sent by {who}': 'Gesendet von {who}' } }));
vi.mock('./ar.json', () => ({ default: { 'Sent by {who}': 'أرسله {who}', '{n, plural, one {# message} other {# messages}}': '{n, plural, zero {لا رسائل} one {رسالة واحدة} two {رسالتان} few {# رسائل} many {# رسالة} other {# رسالة}}' } }));

beforeAll(() => void vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['fr-FR', 'de-AT', 'en']));
afterEach(async () => {
  cleanup();
  await speak('en');
});

it('says the key in English, and what stands behind the bar is not said', () => {
  expect(t('Send')).toBe('Send');
  expect(t('Open|verb')).toBe('Open');
  expect(t('{n, plural, one {# message} other {# messages}}', { n: 1 })).toBe('1 message');
  expect(t('{n, plural, one {# message} other {# messages}}', { n: 1200 })).toBe('1,200 messages');
});

it('takes effect at once, in what is drawn and in tables of words', async () => {
  const table = said({ send: 'Send', other: 'Nothing of this kind' });
  render(Spoken, { n: 1200 });
  expect(screen.getByRole('button')).toHaveTextContent('Send');
  await speak('de');
  flushSync();
  expect(language()).toBe('de');
  expect(screen.getByRole('button')).toHaveTextContent('Senden');
  expect(screen.getByRole('status')).toHaveTextContent('1.200 Nachrichten');
  expect(screen.getByTestId('by')).toHaveTextContent('Gesendet von Anna');
  expect(screen.getByTestId('by').querySelector('b')).toHaveTextContent('Anna');
  expect(t('Open|verb')).toBe('Öffnen');
  expect(table.send).toBe('Senden');
  // What has no translation is read in English.
  expect(table.other).toBe('Nothing of this kind');
});

it('has the plurals of Arabic, its direction, and sets apart what is put into a sentence', async () => {
  await speak('ar');
  expect(direction()).toBe('rtl');
  expect([0, 1, 2, 3, 11].map((n) => t('{n, plural, one {# message} other {# messages}}', { n }))).toEqual(['لا رسائل', 'رسالة واحدة', 'رسالتان', '3 رسائل', '11 رسالة']);
  expect(t('Sent by {who}', { who: 'Anna' })).toBe('أرسله \u2068Anna\u2069');
});

it('speaks the first language of the computer that it has, and the later of two that are asked for', async () => {
  await speak('system');
  expect(language()).toBe('de');
  const [first, second] = [speak('ar'), speak('en')];
  await Promise.all([first, second]);
  expect(language()).toBe('en');
});
