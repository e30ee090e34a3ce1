import type { BusyInfo, DepartmentCard } from '../outlook';
import type { Expectation, Me, Urgency } from '../types';
import { departments } from './people';

/** The departments with what is said of them; leads say it of their own. */
export const cards = (busy: Record<string, BusyInfo>, me: Me): DepartmentCard[] =>
  departments.map((d) => ({ ...d, busy: busy[d.id] ?? null, announce: me.role === 'admin' || (me.role === 'lead' && me.departments.includes(d.id)) }));

export function announced(busy: Record<string, BusyInfo>, department: string, text: string, until: string, told: () => void): void {
  if (text) busy[department] = { text, until };
  else delete busy[department];
  told();
}

/** What can be expected of a department if it is sent now. */
export function expectation(department: string): Expectation {
  const d = departments.find((x) => x.id === department);
  const hours: Partial<Record<Urgency, number>> = { question: 8 };
  const at = (u: Urgency) => new Date(Date.now() + (hours[u] ?? 2) * 3_600_000).toISOString();
  return { team: d?.name ?? '', opens: d?.opens ?? '', by: (d?.answers ?? []).map(({ urgency, usual }) => ({ urgency, usual, at: at(urgency) })) };
}
