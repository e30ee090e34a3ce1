import type { CallLog, TicketView } from '$lib/backend';
import { locale, t } from '$lib/language';
import { clock, daysBetween } from '$lib/time';
import { first } from '$lib/words';

/** Whom it was with: a person of the ticket, or elsewhere, known by a name only. */
export const elsewhere = 'elsewhere';

/** The people a call or a chat is most likely with, the requester first. */
export function parties(view: TicketView): { id: string; label: string }[] {
  const people = [{ id: view.requester.id, label: first(view.requester.name) }, ...view.ccs.filter((c) => !c.me).slice(0, 2).map((c) => ({ id: c.id, label: first(c.name) }))];
  return [...people, { id: elsewhere, label: t('Somebody else') }];
}

export const nameOf = (view: TicketView, id: string): string => (id === view.requester.id ? view.requester.name : (view.ccs.find((c) => c.id === id)?.name ?? ''));

const two = (n: number): string => String(n).padStart(2, '0');
export const dayOf = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
export const timeOf = (d: Date): string => `${two(d.getHours())}:${two(d.getMinutes())}`;

/** How long a call has taken, in whole minutes as people count them; 0 is less than half of one. */
export const lasted = (from: Date, now: Date): number => Math.max(0, Math.round((now.getTime() - from.getTime()) / 60_000));

/** The moment two fields name; null if they name none. */
export function moment(day: string, time: string): Date | null {
  const at = new Date(`${day}T${time}:00`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** What goes out with a voicemail, until its author writes something else. */
export function voicemail(to: string, at: Date | null, now: Date, phone: string, me: string): string {
  const called = !at
    ? t('I called you and left a voicemail.')
    : daysBetween(at, now) === 0
      ? t('I called you at {at} and left a voicemail.', { at: clock(at) })
      : t('I called you on {day} at {at} and left a voicemail.', { day: new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'long' }).format(at), at: clock(at) });
  const back = phone ? t('Call us back on {phone}, or answer here, whichever suits you.', { phone }) : t('Answer here, and say when we may call again.');
  return `${t('Hello {to},', { to })}\n\n${called} ${back}\n\n${me}`;
}

export type Silence = 'message' | 'none';

/** What stands in the fields, as it is told: nothing of a field that is not asked for. */
export function told(c: CallLog, silence: Silence): CallLog {
  const ours = c.direction === 'out' && c.outcome === 'voicemail';
  const missed = c.direction === 'in' && c.outcome === 'no_answer';
  return {
    ...c,
    minutes: c.outcome === 'no_answer' ? 0 : c.minutes,
    text: missed || (ours && silence === 'none') ? '' : c.text.trim(),
    noMessage: ours && silence === 'none' ? c.noMessage.trim() : '',
    note: c.note.trim(),
  };
}

/** What the words for the customer are, by how the call went. */
export function asks(direction: CallLog['direction'], outcome: CallLog['outcome'], who: string): { label: string; hint: string } | null {
  if (outcome === 'spoke') return { label: t('What was said'), hint: t('optional, {who} reads it', { who }) };
  if (direction === 'in') return outcome === 'voicemail' ? { label: t('What it says'), hint: t('optional, {who} reads it', { who }) } : null;
  return { label: t('Message to {who}', { who }), hint: outcome === 'voicemail' ? t('goes out with the voicemail') : t('optional, goes out at once') };
}
