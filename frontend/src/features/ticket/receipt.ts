import type { Receipt } from '$lib/backend/types';
import { t } from '$lib/language';
import { clock, clockSeconds } from '$lib/writing/words';

/** One stage of a receipt, in the words the person reads. */
export type Stage = { icon: '' | 'here' | 'check' | 'seen'; text: string };

/**
 * The stages a message has gone through, as far as they are known. Nothing looks
 * like a tick before the server has it on disk.
 */
export function trail(r: Receipt): Stage[] {
  const stages: Stage[] = [];
  if (r.state === 'queued' || r.queuedAt) stages.push({ icon: 'here', text: r.queuedAt ? t('Queued here {at}', { at: clockSeconds(r.queuedAt) }) : t('Queued here') });
  if (r.state === 'queued') return stages;
  if (r.sentAt) stages.push({ icon: '', text: t('Sent {at}', { at: clockSeconds(r.sentAt) }) });
  else if (r.state === 'sent') stages.push({ icon: '', text: t('Sent') });
  if (r.state === 'sent') return stages;
  stages.push({ icon: 'check', text: r.confirmedAt ? t('Confirmed {at}', { at: clockSeconds(r.confirmedAt) }) : t('Confirmed') });
  if (r.state === 'seen') stages.push({ icon: 'seen', text: seen(r) });
  return stages;
}

function seen(r: Receipt): string {
  const who = r.seenBy.split(' ')[0] || 'them';
  return r.seenAt ? t('Seen by {who} {seenAt}', { who, seenAt: clock(r.seenAt) }) : t('Seen by {who}', { who });
}

/** The same in one phrase, for every own letter but the newest. */
export function short(r: Receipt): string {
  if (r.state === 'queued') return t('Queued on this computer');
  const stages = trail(r);
  const last = stages.at(-1)?.text ?? '';
  const confirmed = stages.find((s) => s.icon === 'check')?.text;
  if (r.state === 'seen' && confirmed) return `${confirmed} · ${last.charAt(0).toLowerCase()}${last.slice(1)}`;
  return last;
}
