import type { CatchUp, Me } from '../types';
import { asRow } from './rows';
import type { FakeTicket } from './world';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** What happened while somebody was away. */
export function caughtUp(tickets: FakeTicket[], me: Me): CatchUp {
  const [a, b, c, d, e] = tickets as [FakeTicket, FakeTicket, FakeTicket, FakeTicket, FakeTicket];
  const line = (t: FakeTicket, title: string, sub: string) => ({ ticket: t.id, title, sub: `${t.number}, ${sub}`, turn: asRow(t, me).turn });
  return {
    since: ago(38), others: 9,
    needsYou: [line(a, 'Miriam wrote: “The last practice receives too now…”', 'your draft is kept and waits for a look'), line(b, 'Henrik’s first reply is late', 'was due 12 minutes ago'), line(d, 'Priya asks: can you take the call at three?', 'mentioned you')],
    done: [{ ...line(c, 'Anna took the newsletter domain', 'Elif Aydın'), turn: 'colleague', at: ago(16) }, { ...line(e, 'Ines thanks you, the transfer is through', 'Quinta do Vale'), turn: 'solved', at: ago(8) }],
  };
}
