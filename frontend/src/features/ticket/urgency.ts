import type { Priority, TicketView } from '$lib/backend';

const order = ['', 'low', 'normal', 'high', 'emergency'];

/** Whether a priority is less than what the customer called it, and is not yet. */
export function less(view: TicketView, wanted: Priority): boolean {
  const claimed = order.indexOf(view.misuse?.claimed ?? '');
  const lowered = !view.proposal && order.indexOf(view.row.priority) < claimed;
  return claimed >= order.indexOf('high') && order.indexOf(wanted) < claimed && !lowered;
}
