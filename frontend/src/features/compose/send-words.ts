import type { TicketView } from '$lib/backend';
import { heard, t } from '$lib/language';
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

const sends = () => ({ reopens: t('Send and reopen'), recurs: t('Send as a new request'), asks: t('Send'), '': t('Send') });
const queues = () => ({ reopens: t('Queue and reopen'), recurs: t('Queue as a new request'), asks: t('Queue|verb'), '': t('Queue|verb') });

/** Every word around the text follows from the ticket's state, never from what was there when writing began. */
export function sendWords({ view, note, offline, newer, ours }: State): SendWords {
  const to = ours ? view.requester.name : (view.row.owner?.name ?? '');
  const done = view.row.status === 'solved' || view.row.status === 'closed';
  if (note) {
    return {
      button: t('Add note'), to, split: false, placeholder: t('Write to the team. @ calls a colleague.'),
      hint: offline ? t('Goes to the team when you are back online') : t('Only the team reads this'),
    };
  }
  const placeholder = to ? t('Write to {to}…', { to: first(to) }) : ours ? t('Write a reply…') : t('Write to support…');
  if (!view.can.reply) return { button: '', to, split: false, placeholder: '', hint: heard(view.composerHint) || t('You can read this, but not write here.') };
  const button = newer ? (offline ? t('Queue anyway') : t('Send anyway')) : (offline ? queues : sends)()[view.writing];
  return { button, to, placeholder, split: ours && !done && !newer, hint: hint(view, offline) };
}

function hint(view: TicketView, offline: boolean): string {
  if (view.composerHint) return heard(view.composerHint);
  return offline ? t('Goes out when you are back online') : '';
}
