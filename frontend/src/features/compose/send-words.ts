import type { TicketView } from '$lib/backend';
import { first } from '$lib/words';

type State = { view: TicketView; note: boolean; offline: boolean; newer: boolean; ours: boolean };

export type SendWords = {
  /** What the button says and does. */
  button: string;
  /** The line beside it: what happens next. */
  hint: string;
  placeholder: string;
  /** Whom a reply goes to. */
  to: string;
  /** "Send and solve" and its kind may be offered. */
  split: boolean;
};

/** Every word around the text follows from the ticket's state, never from what was there when writing began. */
export function sendWords({ view, note, offline, newer, ours }: State): SendWords {
  const to = ours ? view.requester.name : (view.row.owner?.name ?? '');
  const done = view.row.status === 'solved' || view.row.status === 'closed';
  if (note) {
    return {
      button: 'Add note', to, split: false, placeholder: 'Write to the team. @ calls a colleague.',
      hint: offline ? 'Goes to the team when you are back online' : 'Only the team reads this',
    };
  }
  const placeholder = to ? `Write to ${first(to)}…` : ours ? 'Write a reply…' : 'Write to support…';
  if (!view.can.reply) return { button: '', to, split: false, placeholder: '', hint: view.composerHint || 'You can read this, but not write here.' };
  const how = { reopens: ' and reopen', recurs: ' as a new request', asks: '', '': '' }[view.writing];
  let button = `${offline ? 'Queue' : 'Send'}${how}`;
  if (newer) button = offline ? 'Queue anyway' : 'Send anyway';
  return { button, to, placeholder, split: ours && !done && !newer, hint: hint(view, offline) };
}

function hint(view: TicketView, offline: boolean): string {
  if (view.composerHint) return view.composerHint;
  return offline ? 'Goes out when you are back online' : '';
}
