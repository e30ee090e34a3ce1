import { asFault } from '../wails';
import type { Backend } from '../types';
import type { Deed, ManyResult, Plenty } from '../many';
import type { FakeTicket } from './world';

type Hands = Pick<Backend, 'assign' | 'setPriority' | 'setStatus' | 'setTags' | 'snooze' | 'refer' | 'looking' | 'markUnread'>;

function one(desk: Hands, id: string, d: Deed): Promise<void> {
  switch (d.kind) {
    case 'assign': return desk.assign(id, d.to, d.reason, []);
    case 'priority': return desk.setPriority(id, d.to as FakeTicket['priority'], d.reason, '');
    case 'status': return desk.setStatus(id, d.to as FakeTicket['status'], d.until, d.reason);
    case 'tags': return desk.setTags(id, d.add, d.remove);
    case 'snooze': return desk.snooze(id, d.until, d.answer, d.reason);
    case 'refer': return desk.refer(id, d.to, d.reason, '', []);
    case 'read': return desk.looking(id, false);
    case 'unread': return desk.markUnread(id);
  }
}

/** What is done to many, each with what it was before, for as long as it can be taken back. */
export class Doings {
  #before = new Map<string, FakeTicket>();
  #made = 0;

  async do(desk: Hands & { tickets: FakeTicket[] }, tickets: string[], deed: Deed): Promise<ManyResult> {
    const out: ManyResult = { done: [], items: [], refused: [], until: '' };
    for (const id of tickets) {
      const t = desk.tickets.find((x) => x.id === id);
      const before = t && structuredClone(t);
      try {
        if (t?.status === 'solved' && deed.kind !== 'read' && deed.kind !== 'unread') throw { code: 'conflict', message: `${t.number} is solved.`, hint: 'Reopen it first.', field: '' };
        await one(desk, id, deed);
        out.done.push(id);
        if (before && deed.kind !== 'read' && deed.kind !== 'unread') {
          const item = `many${++this.#made}`;
          this.#before.set(item, before);
          out.items.push(item);
        }
      } catch (e) {
        out.refused.push({ ticket: id, number: t?.number ?? '', fault: asFault(e) });
      }
    }
    if (out.items.length > 0) out.until = new Date(Date.now() + 10_000).toISOString();
    return out;
  }

  undo(desk: { tickets: FakeTicket[] }, items: string[]): Awaited<ReturnType<Plenty['takeBack']>> & { tickets: FakeTicket[] } {
    const tickets: FakeTicket[] = [];
    for (const item of items) {
      const was = this.#before.get(item);
      const t = desk.tickets.find((x) => x.id === was?.id);
      if (was && t) {
        // Some have letters that are made when they are asked for.
        const { entries, ...rest } = was;
        t.entries.splice(entries.length);
        tickets.push(Object.assign(t, rest));
      }
      this.#before.delete(item);
    }
    return { back: tickets.length, gone: items.length - tickets.length, tickets };
  }
}
