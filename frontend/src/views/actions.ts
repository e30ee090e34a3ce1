import type { Action } from '$lib/actions/registry.svelte';
import type { ViewInfo } from '$lib/backend';
import { t } from '$lib/language';
import type { Desk } from '$lib/state/desk.svelte';

const zooms = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

/** Whether the person reads the board. */
export const leads = (desk: Desk): boolean => desk.session.me?.role === 'lead' || desk.session.me?.role === 'admin';

/** Whether the person reads reports: of departments, or of an organization of theirs. */
export const reads = (desk: Desk): boolean => leads(desk) || (desk.session.me?.orgs ?? []).some((o) => o.access === 'read' || o.access === 'comment');

function zoom(desk: Desk, by: number): void {
  const now = desk.session.settings.zoom || 1;
  const next = by > 0 ? zooms.find((z) => z > now + 0.01) : zooms.findLast((z) => z < now - 0.01);
  if (next) void desk.session.change({ zoom: next });
}

/** The actions of the window itself. Those of a ticket and of writing are added by their own parts. */
export function windowActions(desk: Desk): Action[] {
  const inbox = () => desk.place !== 'new' && desk.place !== 'board' && desk.place !== 'reports' && desk.place !== 'help';
  const { staff } = desk.session;
  const orgs = desk.session.me?.orgs ?? [];
  // What somebody of this role can never do is not an action of theirs, nor on the sheet of keys.
  const window: (Omit<Action, 'group'> & { who?: boolean })[] = [
    { id: 'new', label: staff ? t('New ticket') : t('New request'), keys: staff ? ['c', 'Mod+n'] : ['c', 'n', 'Mod+n'], run: () => desk.write() },
    { id: 'palette', label: t('Do anything by its name'), keys: ['Mod+k'], typing: true, run: () => desk.show('palette') },
    { id: 'find', label: t('Search'), keys: ['/', 'Mod+f'], run: () => desk.show('find') },
    { id: 'chat', label: t('Chat with us'), keys: ['Shift+b'], who: !staff, run: () => desk.show('chat') },
    { id: 'take-chats', label: t('Take chats, or stop taking them'), keys: ['Shift+b'], who: staff, run: () => void desk.chats.take(!desk.chats.taking) },
    { id: 'outbox', label: t('Outbox'), keys: ['g x'], run: () => desk.toggleOutbox() },
    { id: 'board', label: t('Board'), keys: ['g b'], who: leads(desk), run: () => desk.go('board') },
    { id: 'reports', label: staff ? t('Reports') : t('Our year'), keys: ['g z'], who: reads(desk), run: () => desk.go('reports') },
    { id: 'help', label: t('Help'), keys: ['g q'], run: () => desk.openHelp() },
    { id: 'busy', label: t('Say that answers take longer'), keys: ['g l'], who: leads(desk), run: () => desk.show('busy') },
    { id: 'followed', label: t('What I follow'), keys: ['g f'], run: () => desk.show('followed') },
    { id: 'notified', label: t('Notifications'), keys: ['g i'], run: () => desk.show('notified') },
    { id: 'quit', label: t('Quit Docket'), keys: ['Mod+q'], run: () => void desk.backend.quit() },
    { id: 'noted', label: t('Note a call under a code'), keys: ['g k'], who: staff, run: () => desk.show('noted') },
    { id: 'details', label: t('Details'), keys: ['i'], when: inbox, run: () => desk.toggleDetails() },
    { id: 'phones', label: t('Numbers to call'), keys: ['h'], run: () => desk.show('phones') },
    { id: 'along', label: t('Take my tickets along'), keys: ['Shift+z'], who: staff, run: () => desk.show('along') },
    { id: 'settings', label: t('Settings'), keys: ['Mod+,'], run: () => desk.show('settings') },
    { id: 'members', label: t('Who reads what'), keys: ['g y'], who: orgs.some((o) => o.admin), run: () => desk.show('members') },
    { id: 'archive', label: t('Archive'), keys: ['g r'], who: orgs.some((o) => o.archive), run: () => desk.show('archive') },
    { id: 'away', label: t('Who is away'), keys: ['g v'], who: staff, run: () => desk.show('away') },
    { id: 'entitlements', label: t('My entitlements'), keys: ['g e'], who: !staff, run: () => desk.show('entitlements') },
    { id: 'keys', label: t('All keys'), keys: ['?'], run: () => desk.show('keys') },
    { id: 'escape', label: t('Back'), keys: ['Escape'], when: () => desk.queue.fault !== null || desk.outboxOpen || desk.place === 'catchup', run: () => back(desk) },
    { id: 'zoom-in', label: t('Larger'), keys: ['Mod+=', 'Mod++'], scope: 'always', typing: true, run: () => zoom(desk, 1) },
    { id: 'zoom-out', label: t('Smaller'), keys: ['Mod+-'], scope: 'always', typing: true, run: () => zoom(desk, -1) },
    { id: 'zoom-reset', label: t('Usual size'), keys: ['Mod+0'], scope: 'always', typing: true, run: () => void desk.session.change({ zoom: 1 }) },
  ];
  const list: (Omit<Action, 'group'> & { who?: boolean })[] = [
    { id: 'next', label: staff ? t('Next ticket') : t('Next request'), keys: ['j'], when: inbox, run: () => void desk.walk({ by: 1 }) },
    { id: 'previous', label: staff ? t('Previous ticket') : t('Previous request'), keys: ['k'], when: inbox, run: () => void desk.walk({ by: -1 }) },
    { id: 'down', label: t('Down'), keys: ['ArrowDown'], scope: 'list', hidden: true, when: inbox, run: () => void desk.walk({ by: 1 }) },
    { id: 'up', label: t('Up'), keys: ['ArrowUp'], scope: 'list', hidden: true, when: inbox, run: () => void desk.walk({ by: -1 }) },
    { id: 'page-down', label: t('A page down'), keys: ['PageDown'], scope: 'list', when: inbox, run: () => void desk.walk({ by: desk.list.screenful }) },
    { id: 'page-up', label: t('A page up'), keys: ['PageUp'], scope: 'list', when: inbox, run: () => void desk.walk({ by: -desk.list.screenful }) },
    { id: 'first', label: staff ? t('First ticket') : t('First request'), keys: ['Home'], scope: 'list', when: inbox, run: () => void desk.walk({ row: 0 }) },
    { id: 'last', label: staff ? t('Last ticket') : t('Last request'), keys: ['End'], scope: 'list', when: inbox, run: () => void desk.walk({ row: desk.list.total - 1 }) },
    { id: 'open', label: staff ? t('Into the ticket') : t('Into the request'), keys: ['o'], when: inbox, run: () => enter(desk) },
    { id: 'enter', label: staff ? t('Into the ticket') : t('Into the request'), keys: ['Enter'], scope: 'list', hidden: true, when: () => inbox() && desk.place !== 'catchup', run: () => enter(desk) },
    { id: 'options', label: t('View options'), keys: ['v'], when: inbox, run: () => desk.toggleOptions() },
    { id: 'save-view', label: t('Save as view…'), keys: ['Alt+v'], when: inbox, run: () => desk.show('saveview') },
    { id: 'edit-view', label: t('Change the view…'), keys: [], when: () => inbox() && kept(desk), run: () => desk.show('editview') },
    { id: 'view-up', label: t('Up in the list of views'), keys: [], when: () => inbox() && kept(desk), run: () => void (desk.views.current && desk.views.move(desk.views.current, true)) },
    { id: 'view-down', label: t('Down in the list of views'), keys: [], when: () => inbox() && kept(desk), run: () => void (desk.views.current && desk.views.move(desk.views.current, false)) },
    { id: 'drop-view', label: t('Delete the view'), keys: [], when: () => inbox() && kept(desk), run: () => void desk.dropView() },
    { id: 'view-undo', label: t('Bring the deleted view back'), keys: [], when: () => desk.views.dropped !== null, run: () => void desk.views.restore().then((id) => (id ? desk.openView(id) : undefined)) },
    { id: 'fresh', label: t('Show what is new'), keys: ['.'], when: () => desk.list.fresh > 0, run: () => desk.list.showFresh() },
    { id: 'take', label: t('Take the next ticket'), keys: ['t'], who: staff, when: inbox, run: (event) => { if (!event?.repeat) void desk.queue.next(); } },
    { id: 'unread', label: t('Mark unread'), keys: ['u'], when: () => inbox() && desk.selection.ticket !== '', run: () => void desk.backend.markUnread(desk.selection.ticket) },
  ];
  const own = (all: typeof window, group: string): Action[] => all.filter((a) => a.who ?? true).map(({ who: _who, ...a }) => ({ ...a, group }));
  return [...own(window, t('Window')), ...own(list, t('List'))];
}

/** Whether the list being looked at is a saved view that its reader may change. */
const kept = (desk: Desk): boolean => desk.views.current?.saved?.may === true;

/** Out of what was opened last. */
function back(desk: Desk): void {
  if (desk.queue.fault) desk.queue.dismiss();
  else if (desk.outboxOpen) desk.toggleOutbox(false);
  else void desk.seenCatchUp();
}

function enter(desk: Desk): void {
  if (desk.selection.ticket) desk.selection.enter();
  else void desk.walk({ row: 0 });
}

const letters: Record<string, string> = {
  needs_me: 'n', mine: 'm', my_open: 'm', unassigned: 'u', all: 'a', all_open: 'a', open: 'o', waiting: 'w', waiting_customer: 'w', on_customer: 'w', solved: 's', cc: 'c', triage: 't', on_hold: 'h', chats: 'j',
};

/** "g" and a letter for every view: its own if it has one, a free letter of its name, else a number. */
export function viewActions(desk: Desk, views: ViewInfo[]): Action[] {
  const own = windowActions(desk).filter((a) => a.when?.() ?? true).flatMap((a) => a.keys ?? []);
  const taken = new Set(['g', ...own.filter((k) => k.startsWith('g ')).map((k) => k.slice(2))]);
  const out: Action[] = [];
  const key = (view: ViewInfo): string | undefined => {
    const wish = [letters[view.id] ?? '', ...view.title.toLowerCase().replace(/[^a-z]/g, ''), ...'123456789'];
    return wish.find((letter) => letter && !taken.has(letter));
  };
  // Those with a letter of their own choose first.
  for (const view of [...views].sort((a, b) => Number(b.id in letters) - Number(a.id in letters))) {
    const letter = key(view);
    if (!letter) continue;
    taken.add(letter);
    out.push({ id: `view:${view.id}`, label: view.title, group: t('Go to'), keys: [`g ${letter}`], run: () => void desk.openView(view.id) });
  }
  const place = new Map(views.map((view, i) => [`view:${view.id}`, i]));
  return out.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}
