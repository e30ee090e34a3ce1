import type { PromiseDecision, PromiseInfo } from '$lib/backend';
import { t } from '$lib/language';

/** What is still to be said before a ticket with these promises is handed over; "" for nothing. */
export function undecided(open: PromiseInfo[], decisions: PromiseDecision[]): string {
  for (const p of open) {
    const d = decisions.find((x) => x.promise === p.id);
    if (!d) return t('Say what becomes of “{text}”.', { text: p.text });
    if (d.state === 'withdrawn' && !d.reason.trim()) return t('Say why the promise is taken back; the customer reads it.');
  }
  return '';
}
