import type { Action } from '$lib/actions/registry.svelte';
import type { TicketView } from '$lib/backend';
import type { Asking } from '../features/ticket/acts';

type Hands = {
  view: () => TicketView | null;
  ours: () => boolean;
  write: (mode: 'reply' | 'note') => void;
  ask: (what: Asking) => void;
  status: () => void;
  priority: () => void;
};

/** What the keys do while a ticket stands open. */
export function ticketActions(h: Hands): Action[] {
  const can = (what: keyof TicketView['can']) => (): boolean => h.view()?.can[what] ?? false;
  const group = 'The open ticket';
  const act = (id: string, label: string, keys: string[], what: keyof TicketView['can'], run: () => void): Action => ({
    id: `ticket.${id}`, label, group, keys, when: can(what), run,
  });
  return [
    act('reply', 'Reply', ['r'], 'reply', () => h.write('reply')),
    act('note', 'Internal note', ['n'], 'note', () => h.write('note')),
    act('assign', 'Assign', ['a'], 'assign', () => h.ask('assign')),
    act('refer', 'Pass to another department', ['Shift+a'], 'refer', () => h.ask('refer')),
    act('status', 'Status', ['s'], 'status', h.status),
    act('priority', 'Priority', ['p'], 'priority', h.priority),
    act('solve', 'Solve', ['e'], 'close', () => h.ask(h.ours() ? 'solve' : 'close')),
    act('reopen', 'Reopen', ['Shift+e'], 'reopen', () => h.ask('reopen')),
    act('call', 'Log a call', ['l'], 'tell', () => h.ask('call')),
    act('chat', 'Keep a chat', ['Shift+l'], 'tell', () => h.ask('chat')),
    act('notice', 'Post a notice', ['Shift+n'], 'tell', () => h.ask('notice')),
    act('skip', 'Skip to the next', ['Shift+t'], 'skip', () => h.ask('skip')),
    act('people', 'People in copy', ['Shift+c'], 'ccs', () => h.ask('people')),
  ];
}
