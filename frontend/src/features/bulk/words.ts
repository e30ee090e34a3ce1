import { t } from '$lib/language';
import type { Deed } from '$lib/backend';
import type { Done } from '$lib/state/marks.svelte';

function happened(d: Deed, n: number): string {
  switch (d.kind) {
    case 'assign': return d.to ? t('{n} assigned', { n }) : t('{n} put back', { n });
    case 'priority': return t('{n} with another priority', { n });
    case 'status': return t('{n} with another status', { n });
    case 'tags': return t('{n} tagged', { n });
    case 'snooze': return t('{n} snoozed', { n });
    case 'refer': return t('{n} moved', { n });
    case 'read': return t('{n} read', { n });
    case 'unread': return t('{n} unread', { n });
  }
}

/** What became of it in one line, with why it did not happen to the others. */
export function resultLine({ deed, result, undone }: Done): string {
  if (undone) return undone.gone > 0 ? t('{back} undone; {gone} had gone out already', { back: undone.back, gone: undone.gone }) : t('{n} undone', { n: undone.back });
  const parts = [happened(deed, result.done.length)];
  const refused = result.refused.length;
  if (refused > 0) {
    const { number, fault } = result.refused[0] as (typeof result.refused)[number];
    const reasons = new Set(result.refused.map((r) => r.fault.message));
    parts.push(t('{n} refused: {why}', { n: refused, why: reasons.size === 1 ? fault.message : `${number}: ${fault.message}` }));
  }
  return parts.join(', ');
}
