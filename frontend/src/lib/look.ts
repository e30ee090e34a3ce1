import { t } from './language';
import type { Column, Density, Look, SavedInfo, Settings, Sort } from './backend';

/** What a row shows besides number, subject and whose turn it is, unless the person chose otherwise. */
export const usualColumns: Column[] = ['org', 'age', 'owner', 'due', 'flags'];

/** What an organization asks is grouped by who asked. */
const usualSort = (view: string): Sort => (view.startsWith('org:') ? 'colleague' : 'queue');

type Saved = Pick<SavedInfo, 'sort' | 'density' | 'columns'> | null;

/** How a list is shown to who chose nothing: a saved view as it was saved. */
export const usualLook = (view: string, saved?: Saved): Look => ({ view, sort: saved?.sort || usualSort(view), density: saved?.density || 'roomy', columns: saved?.columns ?? usualColumns });

/** How a list is to be shown: as chosen for it, else as usual. */
export const lookOf = (settings: Pick<Settings, 'looks'>, view: string, saved?: Saved): Look =>
  settings.looks.find((look) => look.view === view) ?? usualLook(view, saved);

const same = (a: Column[], b: Column[]) => a.length === b.length && a.every((column) => b.includes(column));

export function isUsual(look: Look, saved?: Saved): boolean {
  const usual = usualLook(look.view, saved);
  return look.sort === usual.sort && look.density === usual.density && same(look.columns, usual.columns);
}

/** All looks with this one in its place; one that is as usual needs none. */
export function withLook(looks: Look[], look: Look, saved?: Saved): Look[] {
  const others = looks.filter((other) => other.view !== look.view);
  return isUsual(look, saved) ? others : [...others, look];
}

type Choice<T> = { id: T; label: string };

const sorts: Record<Sort, string> = { get queue() { return t('By priority, then waiting longest'); }, get newest() { return t('Newest activity first'); }, get oldest() { return t('Oldest request first'); }, get number() { return t('Highest number first'); }, get due() { return t('Least time left first'); }, get colleague() { return t('By colleague, newest first'); } };

/** An order in words. A customer's usual one is by what happened last. */
export const sortWords = (sort: Sort, staff: boolean): string => (sort === 'queue' && !staff ? sorts.newest : sorts[sort]);

export const sortsFor = (staff: boolean, view: string): Choice<Sort>[] =>
  (staff ? (['queue', 'due', 'newest', 'oldest', 'number'] as const) : view.startsWith('org:') ? (['colleague', 'queue', 'oldest', 'number'] as const) : (['queue', 'oldest', 'number'] as const)).map((id) => ({ id, label: sortWords(id, staff) }));

/** Customers read a plain line in place of most columns. */
export const columnsFor = (staff: boolean): Choice<Column>[] =>
  staff
    ? [
        { id: 'org', label: t('Organization') }, { id: 'department', label: t('Department') }, { id: 'status', label: t('Status') }, { id: 'due', label: t('Next deadline') },
        { id: 'age', label: t('How long it waits') }, { id: 'owner', label: t('Who has it') }, { id: 'flags', label: t('Draft, queued, files') },
      ]
    : [{ id: 'department', label: t('Department') }, { id: 'age', label: t('Last activity') }, { id: 'flags', label: t('Draft, queued, files') }];

/** The height of a row: one line when the list is wide, else two. */
export function rowHeight(line: boolean, customer: boolean, density: Density): number {
  if (line) return density === 'compact' ? 30 : 38;
  if (density === 'compact') return customer ? 44 : 40;
  return customer ? 54 : 50;
}
