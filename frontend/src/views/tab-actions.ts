import type { Action } from '$lib/actions/registry.svelte';
import { t } from '$lib/language';
import type { Desk } from '$lib/state/desk.svelte';

/** Several tickets open at once. All of it works while writing, too: what is written stays where it is. */
export function tabActions(desk: Desk): Action[] {
  const { tabs, selection } = desk;
  const group = t('Several at once');
  const inbox = (): boolean => desk.place === 'inbox';
  const reading = (): boolean => inbox() && selection.ticket !== '';
  const tab = (id: string, label: string, keys: string[], run: () => void, more: Partial<Action> = {}): Action => ({ id: `tab.${id}`, label, group, keys, typing: true, when: reading, run, ...more });
  return [
    tab('keep', t('Keep it open as a tab'), ['Alt+t'], () => tabs.keep(selection.ticket), { when: () => reading() && !tabs.has(selection.ticket) }),
    tab('close', t('Close the tab'), ['Alt+w'], () => tabs.close(selection.ticket)),
    tab('next', t('Next tab'), ['Mod+PageDown', 'Alt+ArrowDown'], () => tabs.step(1), { when: () => inbox() && tabs.ids.length > 0 }),
    tab('previous', t('Previous tab'), ['Mod+PageUp', 'Alt+ArrowUp'], () => tabs.step(-1), { when: () => inbox() && tabs.ids.length > 0 }),
    tab('split', t('Two side by side, or one'), ['Alt+s'], () => (tabs.beside ? tabs.setBeside('') : void tabs.split()), { when: () => reading() && tabs.roomy, why: () => (selection.ticket ? t('The window is not wide enough') : '') }),
    tab('other', t('To the other one'), ['F6'], () => tabs.other(), { when: () => inbox() && tabs.beside !== '' }),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => tab(`go-${n}`, t('Tab {n}', { n }), [`Alt+${n}`], () => desk.pick(tabs.ids[n - 1] ?? ''), { hidden: true, when: () => inbox() && tabs.ids.length >= n })),
  ];
}
