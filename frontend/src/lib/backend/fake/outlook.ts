import type { BusyInfo, DepartmentCard } from '../outlook';
import type { PlaceInfo } from '../place';
import type { Connection, Expectation, Me, Urgency } from '../types';
import { departments } from './people';
import type { FakeTicket } from './world';

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

/** Where a ticket stands among those of its department that nobody has, and its outages. */
export function standing(all: FakeTicket[], id: string, line: Connection): PlaceInfo {
  const t = all.find((x) => x.id === id);
  const waits = t !== undefined && ['new', 'triage', 'in_progress'].includes(t.status);
  const others = all.filter((x) => x.id !== id && x.department === t?.department && ['new', 'triage', 'in_progress'].includes(x.status) && x.entries.length > 0);
  const outages = others.filter((x) => x.priority === 'emergency').length;
  const queued = waits && !t.owner;
  const live = line.state === 'live';
  return { waits, queued, outages, outagesLater: Math.min(outages, 1), others: queued ? others.filter((x) => !x.owner && x.priority !== 'emergency').length : 0, othersLater: 0, at: live ? new Date().toISOString() : line.asOf, fresh: live };
}
