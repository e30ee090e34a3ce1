import type { AwayInfo, Me } from '../types';
import { people, person } from './people';

type Gone = { from: string; until: string; substitute: string };

/** Who of the fake desk's team is away. The reader may say it of themselves, a lead of everybody. */
export function awayList(gone: Map<string, Gone>, me: Me): AwayInfo[] {
  if (me.role === 'customer') return [];
  const now = new Date().toISOString();
  return people
    .filter((p) => p.staff)
    .map((p) => {
      const g = gone.get(p.id) ?? { from: '', until: '', substitute: '' };
      const mine = p.id === me.id;
      return { id: p.id, name: p.name, ...g, stands: g.substitute ? person(g.substitute).name : '', now: g.until !== '' && g.from <= now, mine, may: mine || me.role !== 'engineer' };
    })
    .filter((a) => a.may || a.until);
}

export function awayWords(gone: Map<string, Gone>, owner: string): string {
  const g = gone.get(owner);
  const first = (id: string): string => person(id).name.split(' ')[0] ?? '';
  return g ? `${first(owner)} is away until ${new Date(g.until).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })}; ${first(g.substitute)} stands in` : '';
}
