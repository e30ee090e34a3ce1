import type { Action } from '$lib/actions/registry.svelte';
import { t } from '$lib/language';
import type { Desk } from '$lib/state/desk.svelte';

/** What is asked before something is done to many. */
export type Asked = 'assign' | 'priority' | 'status' | 'tags' | 'snooze' | 'refer';

/** Where text is read, the key chooses text. */
const reading = (): boolean => Boolean(document.activeElement?.closest('[role=log]'));

/** Choosing in the list, and what can be done to those that are chosen. While any are, the keys of one ticket are theirs. */
export function bulkActions(desk: Desk, ask: (what: Asked) => void): Action[] {
  const { marks } = desk;
  const group = t('Several at once');
  const inbox = (): boolean => desk.place === 'inbox';
  const some = (): boolean => inbox() && marks.count > 0;
  const why = (): string => t('Choose some in the list first');
  const list = (id: string, label: string, keys: string[], run: () => void, more: Partial<Action> = {}): Action => ({ id: `mark.${id}`, label, group, keys, when: inbox, run, ...more });
  const many = (id: string, label: string, keys: string[], run: () => void, more: Partial<Action> = {}): Action => ({ id: `many.${id}`, label, group, keys, front: true, when: some, why, run, ...more });
  return [
    list('this', t('Choose this one, or not'), ['x'], () => marks.toggle(desk.selection.ticket), { when: () => inbox() && desk.selection.ticket !== '' }),
    list('down', t('Choose downwards'), ['Shift+ArrowDown'], () => void marks.extend(1)),
    list('up', t('Choose upwards'), ['Shift+ArrowUp'], () => void marks.extend(-1)),
    list('all', t('Choose all of the list'), ['Mod+a'], () => void marks.all(), { when: () => inbox() && !reading() }),
    many('none', t('Choose none'), ['Escape'], () => marks.clear()),
    many('assign', t('Assign those chosen'), ['a'], () => ask('assign')),
    many('mine', t('Assign those chosen to me'), [], () => void marks.act({ kind: 'assign', to: desk.session.me?.id ?? '' }), { found: true }),
    many('refer', t('Move those chosen to another department'), ['Shift+a'], () => ask('refer')),
    many('status', t('Status of those chosen'), ['s'], () => ask('status')),
    many('priority', t('Priority of those chosen'), ['p'], () => ask('priority')),
    many('tags', t('Tags of those chosen'), ['#'], () => ask('tags')),
    many('snooze', t('Snooze those chosen'), ['z'], () => ask('snooze')),
    many('read', t('Mark those chosen read'), ['Shift+u'], () => void marks.act({ kind: 'read' })),
    many('unread', t('Mark those chosen unread'), ['u'], () => void marks.act({ kind: 'unread' })),
    many('undo', t('Undo what was done to several'), ['Mod+z'], () => void marks.undo(), { when: () => inbox() && marks.undoable, why: () => '' }),
  ];
}
