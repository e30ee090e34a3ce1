import type { Action } from '$lib/actions/registry.svelte';
import type { DepartmentCard, Option, Priority, Status, TicketView } from '$lib/backend';
import { t } from '$lib/language';
import { statusWords } from '$lib/words';
import type { Asking, HeadActs } from '../features/ticket/acts';
import { priorityWords, statusItems } from '../features/ticket/words';

type Hands = {
  view: () => TicketView | null;
  ours: () => boolean;
  write: (mode: 'reply' | 'note') => void;
  ask: (what: Asking) => void;
  /** To the questions of the ticket: to answer them, or to ask one. */
  question: (step: boolean) => void;
  settle: () => void;
  /** Whom it could be given to, "" for nobody, and doing so. */
  could: () => string;
  give: () => void;
  rate: (score: 'good' | 'bad') => void;
  /** The ready answers, in the reply. */
  macro: () => void;
  /** Shows what happened, in what is being written. */
  evidence: () => void;
  /** The outbox item that can be taken back still, or "". */
  recallable: () => string;
  recall: (item: string) => void;
  /** What was written here before. */
  earlier: () => void;
  about: (corrects: boolean) => void;
  /** Begins to choose words in the last letter, and again in the one above. */
  choose: () => void;
  status: () => void;
  priority: () => void;
  agree: () => void;
  wake: () => void;
  promised: (id: string) => void;
  /** Puts it together with the one that reads alike, or asks which. */
  merge: () => void;
  /** Takes out of the other what goes on there. */
  unmerge: () => void;
  /** Goes on with what a colleague has taken along. */
  goOn: () => void;
  again: () => void;
  acknowledge: () => void;
  copy: () => void;
  /** Opens the chat of the request, or takes the one that goes on. */
  talk: () => void;
  join: () => void;
};

/** The key belongs to the field while there is something in it to be undone. */
function undoing(): boolean {
  const at = document.activeElement;
  return (at instanceof HTMLTextAreaElement || at instanceof HTMLInputElement) && at.value !== '';
}

/** Something asked is open. */
const open = (view: TicketView | null): boolean => view?.asks.some((a) => !a.state) ?? false;

/** What can be done now about what counts against whoever asked. */
const counts = (view: TicketView | null): 'strike' | 'unstrike' | undefined => view?.misuse?.may.find((m) => m === 'strike' || m === 'unstrike');
const bans = (view: TicketView | null): 'ban' | 'unban' | undefined => view?.misuse?.may.find((m) => m === 'ban' || m === 'unban');

/** What only the team, and only a customer, ever does: it is nobody else's action, nor on their sheet of keys. */
const teams = new Set<keyof TicketView['can']>(['note', 'ask', 'assign', 'refer', 'status', 'priority', 'tell', 'skip', 'promise', 'workaround', 'fix', 'snooze', 'merge', 'hold', 'grant', 'type', 'tags', 'topic', 'helpers']);
const customers = new Set<keyof TicketView['can']>(['answer', 'judge', 'join', 'rate']);

/** Why something cannot be done with the ticket as it stands. */
function whyNot(view: TicketView | null, ours: boolean): string {
  if (!view) return ours ? t('Open a ticket first') : t('Open a request first');
  if (view.row.turn === 'solved') return ours ? t('Not on a ticket that is solved') : t('Not on a request that is solved');
  return ours ? t('Not on this ticket now') : t('Not on this request now');
}

/** What the keys do while a ticket stands open. */
export function ticketActions(h: Hands): Action[] {
  const ours = h.ours();
  const fits = (a: Action & { what?: keyof TicketView['can'] }): boolean => !a.what || !(ours ? customers : teams).has(a.what);
  return all(h).filter(fits).map(({ what: _what, ...a }) => ({ why: () => whyNot(h.view(), ours), ...a }));
}

/** The same while none is open: what there is to know of them, and nothing to do. */
export const restingActions = (ours: boolean): Action[] => ticketActions({ view: () => null, ours: () => ours, recallable: () => '' } as Hands);

function all(h: Hands): (Action & { what?: keyof TicketView['can'] })[] {
  const can = (what: keyof TicketView['can']) => (): boolean => h.view()?.can[what] ?? false;
  const group = h.ours() ? t('The open ticket') : t('The open request');
  const act = (id: string, label: string, keys: string[], what: keyof TicketView['can'], run: () => void): Action & { what: keyof TicketView['can'] } => ({
    id: `ticket.${id}`, label, group, keys, when: can(what), run, what,
  });
  return [
    act('reply', t('Reply'), ['r'], 'reply', () => h.write('reply')),
    act('note', t('Internal note'), ['n'], 'note', () => h.write('note')),
    { ...act('macro', t('Ready answer'), ['m'], 'reply', h.macro), what: 'note', when: () => h.ours() && (h.view()?.can.reply ?? false) },
    { ...act('evidence', h.ours() ? t('Add evidence') : t('Show what happened'), ['Mod+Shift+s'], 'reply', h.evidence), typing: true, when: () => Boolean(h.view()?.can.reply || h.view()?.can.note) },
    act('choose', t('Choose words of a letter'), ['Alt+c'], 'reply', h.choose),
    act('quote', t('Reply to the newest letter, or quote what is chosen'), ['Shift+r'], 'reply', () => h.about(false)),
    act('correct', t('Correct my newest letter'), [h.ours() ? 'Alt+r' : 'x'], 'reply', () => h.about(true)),
    { ...act('earlier', t('Earlier drafts'), ['Mod+Shift+e'], 'reply', h.earlier), typing: true },
    act('ask', t('Ask a question'), ['q'], 'ask', () => h.question(false)),
    act('step', t('Suggest a step'), ['Shift+q'], 'ask', () => h.question(true)),
    { ...act('settle', t('Note an answer'), ['Shift+s'], 'ask', h.settle), when: () => Boolean(h.view()?.can.ask && open(h.view())) },
    { ...act('answer', t('Answer the questions'), ['q'], 'answer', () => h.question(false)), when: () => Boolean(h.view()?.can.answer && open(h.view())) },
    act('assign', t('Assign'), ['a'], 'assign', () => h.ask('assign')),
    act('refer', t('Pass to another department'), ['Shift+a'], 'refer', () => h.ask('refer')),
    act('status', t('Status'), ['s'], 'status', h.status),
    act('priority', t('Priority'), ['p'], 'priority', h.priority),
    { ...act('agree', t('Agree with the proposed priority'), ['Shift+p'], 'priority', h.agree), when: () => Boolean(h.view()?.can.priority && h.view()?.proposal) },
    act('solve', t('Solve'), ['e'], 'close', () => h.ask(h.ours() ? 'solve' : 'close')),
    act('reopen', t('Reopen'), ['Shift+e'], 'reopen', () => h.ask('reopen')),
    act('call', t('Log a call'), ['l'], 'tell', () => h.ask('call')),
    act('chat', t('Keep a chat'), ['Shift+l'], 'tell', () => h.ask('chat')),
    { ...act('talk', t('Chat about this request'), ['b'], 'reply', h.talk), what: 'answer', when: () => Boolean(!h.ours() && h.view()?.can.reply) },
    { ...act('take-chat', t('Take the chat'), ['b'], 'tell', h.join), when: () => Boolean(h.ours() && h.view()?.live?.join) },
    act('notice', t('Post a notice'), ['Shift+n'], 'tell', () => h.ask('notice')),
    act('acknowledge', t('Acknowledge: I have it'), ['Shift+i'], 'acknowledge', h.acknowledge),
    act('escalate', t('Escalate'), ['Shift+u'], 'escalate', () => h.ask('escalate')),
    act('deescalate', t('End the escalation'), ['Shift+d'], 'deescalate', () => h.ask('deescalate')),
    act('skip', t('Skip to the next'), ['Shift+t'], 'skip', () => h.ask('skip')),
    act('promise', t('Promise something by a time'), ['y'], 'promise', () => h.ask('promise')),
    { ...act('promised', t('What became of a promise'), ['Shift+y'], 'promise', () => h.promised('')), when: () => Boolean(h.view()?.can.promise && h.view()?.promises.some((p) => !p.state)) },
    act('workaround', t('Propose a workaround'), ['w'], 'workaround', () => h.ask('workaround')),
    act('work', t('Plan work, with its risk'), ['Alt+o'], 'workaround', () => h.ask('work')),
    act('fix', t('Say what becomes of the fix'), ['Shift+w'], 'fix', () => h.ask('fix')),
    act('verdict', t('Say whether the workaround works'), ['w'], 'judge', () => h.ask('verdict')),
    { ...act('snooze', t('Snooze'), ['z'], 'snooze', () => h.ask('snooze')), when: () => Boolean(h.view()?.can.snooze && !h.view()?.snooze) },
    { ...act('wake', t('Take back from Snoozed'), ['z'], 'snooze', h.wake), when: () => Boolean(h.view()?.can.snooze && h.view()?.snooze) },
    { ...act('merge', t('Put together with another'), ['d'], 'merge', h.merge), when: () => Boolean(h.view()?.can.merge && !h.view()?.together.into) },
    { ...act('unmerge', t('Take apart again'), ['d'], 'merge', h.unmerge), when: () => Boolean(h.view()?.can.merge && h.view()?.together.into) },
    { ...act('join', t('I have this, too'), ['d'], 'join', () => h.ask('join')), when: () => Boolean(h.view()?.can.join && !h.view()?.together.joined.some((j) => j.me)) },
    { id: 'ticket.misuse', label: t('Count as misuse, or take that back'), group, keys: ['Shift+g'], when: () => counts(h.view()) !== undefined, run: () => h.ask(counts(h.view()) ?? 'strike') },
    { id: 'ticket.ban', label: t('Take nothing new from them, or again'), group, keys: ['Shift+x'], when: () => bans(h.view()) !== undefined, run: () => h.ask(bans(h.view()) ?? 'ban') },
    act('grant', t('Allow large files'), ['f'], 'grant', () => h.ask('grant')),
    { ...act('copy', t('Save a copy'), ['Mod+s'], 'reply', h.copy), typing: true, when: () => Boolean(h.view()?.row.number.startsWith('#')) },
    { ...act('legal', t('Legal hold'), ['Shift+v'], 'hold', () => h.ask('legal')) },
    { id: 'ticket.go-on', label: t('Go on with what a colleague has along'), group, keys: ['Shift+j'], when: () => h.view()?.along?.mine === false, run: h.goOn },
    act('again', t('Same problem again'), ['f'], 'again', h.again),
    act('type', t('Incident or request'), ['Shift+k'], 'type', () => h.ask('type')),
    act('good', t('It was good'), ['+'], 'rate', () => h.rate('good')),
    act('bad', t('It was not good'), ['-'], 'rate', () => h.rate('bad')),
    { ...act('suggested', t('Give it to whom is suggested'), ['h'], 'assign', h.give), when: () => Boolean(h.view()?.can.assign && h.could()) },
    act('tags', t('Tags'), ['#'], 'tags', () => h.ask('tags')),
    act('topic', t('Move to another topic'), ['Shift+m'], 'topic', () => h.ask('topic')),
    { ...act('approve', t('Approve or decline'), ['Shift+y'], 'reply', () => h.ask('approve')), when: () => Boolean(h.view()?.wanted.approval.mine) },
    { ...act('fill', t('Fill in the form'), ['Shift+f'], 'fill', () => h.ask('fill')), when: () => Boolean(h.view()?.can.fill && h.view()?.filed.form) },
    { id: 'ticket.recall', label: t('Take back what you just sent'), group, keys: ['Mod+z'], typing: true, when: () => !undoing() && h.recallable() !== '', run: () => h.recall(h.recallable()) },
    act('people', t('People in copy'), ['Shift+c'], 'ccs', () => h.ask('people')),
    { id: 'ticket.follow', label: t('What you hear of it'), group, keys: ['Shift+o'], when: () => Boolean(h.view()), run: () => h.ask('follow') },
    act('helpers', t('Who helps'), ['Shift+h'], 'helpers', () => h.ask('helpers')),
  ];
}

/** Who and where to: giving the open ticket to somebody, and its other fields, by their names. */
export function namedActions(h: { view: () => TicketView | null; me: string; staff: Option[]; departments: DepartmentCard[]; head: Pick<HeadActs, 'priority' | 'status' | 'ask'>; assign: (to: string) => void; refer: (to: string) => void }): Action[] {
  const group = t('The open ticket');
  const find = (id: string, label: string, what: keyof TicketView['can'], run: () => void, also: (view: TicketView) => boolean = () => true): Action => ({
    id, label, group, keys: [], found: true, why: () => whyNot(h.view(), true), run,
    when: () => { const view = h.view(); return Boolean(view?.can[what] && also(view)); },
  });
  const to = (s: Status): void => (s === 'on_hold' ? h.head.ask('hold') : s === 'solved' ? h.head.ask('solve') : h.head.status(s));
  return [
    ...h.staff.map((p) => find(`assign:${p.id}`, p.id === h.me ? t('Assign to me') : t('Assign to {name}', { name: p.name }), 'assign', () => h.assign(p.id), (v) => v.row.owner?.id !== p.id)),
    find('assign:', t('Assign to nobody'), 'assign', () => h.assign(''), (v) => v.row.owner !== null),
    ...h.departments.map((d) => find(`refer:${d.id}`, t('Move to {name}', { name: d.name }), 'refer', () => h.refer(d.id), (v) => v.departmentName !== d.name)),
    ...(Object.entries(priorityWords) as [Priority, string][]).map(([p, label]) => find(`priority:${p}`, t('Priority {label}', { label }), 'priority', () => h.head.priority(p), (v) => v.row.priority !== p)),
    ...statusItems('new').map(({ id }) => id as Status).map((s) => find(`status:${s}`, t('Status {status}', { status: statusWords[s] }), 'status', () => to(s), (v) => v.row.status !== s)),
  ];
}
