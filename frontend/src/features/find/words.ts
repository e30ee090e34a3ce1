import type { SearchCoverage } from '$lib/backend';
import { t } from '$lib/language';
import { month } from '$lib/time';

/** How many tickets fit; before that is known, what they are. */
export function counted(many: { tickets: number; more: boolean } | null, staff: boolean): string {
  if (!many) return staff ? t('Tickets') : t('Requests');
  const n = many.tickets;
  if (many.more) return staff ? t('{n, number}+ tickets', { n }) : t('{n, number}+ requests', { n });
  return staff ? t('{n, plural, one {# ticket} other {# tickets}}', { n }) : t('{n, plural, one {# request} other {# requests}}', { n });
}

/** What was looked through: of a first sync how much is here, and what the search has not read yet. */
export function covered(c: SearchCoverage | null, here: number, staff: boolean): string {
  if (!c || c.tickets === 0) {
    if (c?.open || c?.loading) return t('More still comes from the server');
    return here ? (staff ? t('{tickets, plural, one {# ticket} other {# tickets}} on this computer', { tickets: here }) : t('{tickets, plural, one {# request} other {# requests}} on this computer', { tickets: here })) : '';
  }
  const { tickets, waiting, loading: n } = c;
  const parts = [];
  if (c.open) parts.push(staff ? t('{tickets, plural, one {# ticket} other {# tickets}} here, more still come from the server', { tickets }) : t('{tickets, plural, one {# request} other {# requests}} here, more still come from the server', { tickets }));
  else if (n > 0) parts.push(staff ? t('{tickets, plural, one {# ticket} other {# tickets}} here, up to {n, number} more on the server', { tickets, n }) : t('{tickets, plural, one {# request} other {# requests}} here, up to {n, number} more on the server', { tickets, n }));
  else if (waiting === 0) parts.push(staff ? t('{tickets, plural, one {# ticket} other {all # tickets}} here, back to {month}', { tickets, month: month(c.oldest) }) : t('{tickets, plural, one {# request} other {all # requests}} here, back to {month}', { tickets, month: month(c.oldest) }));
  if (waiting > 0) parts.push(t('{n} of {total} are still being read for the search', { n: waiting, total: tickets }));
  if (c.unread > 0) parts.push(t('text files of {n} still to come', { n: c.unread }));
  return parts.join(' · ');
}
