// What can be set, by its name: the field on top of the settings narrows to it, and the palette finds it.
import type { Action } from '$lib/actions/registry.svelte';
import { t } from '$lib/language';

export type SettingId = 'theme' | 'language' | 'size' | 'content' | 'told' | 'login' | 'stay' | 'away' | 'about' | 'leave';
/** words are its hint and its choices, which are found too. */
export type Setting = { id: SettingId; name: string; words: string[] };

export const settings = (staff: boolean): Setting[] => [
  { id: 'theme', name: t('Light or dark'), words: [t('The same colours mean the same in both.'), t('System'), t('Light'), t('Dark')] },
  { id: 'language', name: t('Language'), words: [t('Of the window. What people wrote stays as they wrote it.'), 'English', 'Deutsch', 'العربية'] },
  { id: 'size', name: t('Size'), words: [t('Larger'), t('Smaller'), t('Usual size')] },
  { id: 'content', name: t('Show what was written in notifications'), words: [t('A notification says who wrote and on which ticket, not what.')] },
  { id: 'told', name: t('What is told'), words: [t('Which notifications come, quiet hours, and do not disturb.'), t('Notifications')] },
  { id: 'login', name: t('Start with this computer'), words: [t('Without a window, so that notifications come.')] },
  { id: 'stay', name: t('Keep running when the window is closed'), words: [t('Notifications go on. Starting Docket once more shows the window.'), t('Quit Docket')] },
  ...(staff ? [{ id: 'away' as const, name: t('Away'), words: [t('When you are away, and who stands in for you.'), t('Who is away')] }] : []),
  { id: 'about', name: t('About this desk'), words: [t('Desk'), t('Profile'), t('Key'), t('On this computer'), t('Version')] },
  { id: 'leave', name: t('Sign out'), words: [t('Takes everything of this desk off this computer.')] },
];

const plain = (text: string): string[] => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** Those in which every word typed begins a word. */
export function narrowed(all: Setting[], typed: string): Setting[] {
  const want = plain(typed);
  return all.filter((s) => {
    const have = [s.name, ...s.words].flatMap(plain);
    return want.every((w) => have.some((h) => h.startsWith(w)));
  });
}

/** Each by its name, for the palette. */
export const settingActions = (staff: boolean, open: (id: SettingId) => void): Action[] =>
  settings(staff).map(({ id, name }) => ({ id: `setting.${id}`, label: id === 'leave' || id === 'about' ? name : t('Setting: {name}', { name }), group: t('Settings'), keys: [], found: true, run: () => open(id) }));
