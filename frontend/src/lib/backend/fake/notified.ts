import type { NotifiedInfo, Notifying, CallToAck } from '../notified';
import type { Settings } from '../settings';
import type { Me } from '../types';
import { FakeRunning } from './running';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** What the fake desk told its person. */
export abstract class FakeNotifying extends FakeRunning implements Notifying {
  abstract override readonly me: Me;
  abstract settings: Settings;
  abstract emit(event: 'notified', payload: Record<string, never>): void;

  toldSeen = new Set<number>();
  /** What it is called to, by the beginning of the subject. */
  calledTo: CallToAck[] = [];

  notified: Notifying['notified'] = () => {
    const make = (id: number, at: number, begins: string, part: Partial<NotifiedInfo>): NotifiedInfo[] => {
      const t = this.tickets.find((x) => x.subject.startsWith(begins));
      if (!t) return [];
      return [{ id, ticket: t.id, seq: t.entries.at(-1)?.seq ?? 0, number: t.number, subject: t.subject, kind: 'reply', class: 'reply', who: '', has: '', status: '', what: '', emergency: false, helps: false, promise: false, call: false, mine: false, at: ago(at), seen: this.toldSeen.has(id), times: 1, quiet: false, ...part }];
    };
    const items = this.me.role === 'customer'
      ? [...make(3, 12, 'Paying takes', { who: 'Priya Raman' }), ...make(2, 70, 'Paying takes', { kind: 'engaged', class: 'progress', has: 'Priya Raman' }), ...make(1, 1500, 'Newsletter pictures', { kind: 'status', class: 'progress', who: 'Anna Lindqvist', status: 'solved', seen: true })]
      : [
          ...make(7, 4, 'Prescriptions', { kind: 'mention', class: 'mention', who: 'Anna Lindqvist', mine: true }),
          ...make(6, 9, 'Mail to the second', { who: 'Paul Okafor', mine: true }),
          ...make(5, 38, 'Newsletter fails', { kind: 'arrived', class: 'incoming', who: 'Sofia Brandt' }),
          ...make(4, 55, 'Transfer has said', { kind: 'due', class: 'due', at: ago(-20), mine: true, times: 2 }),
          ...make(3, 190, 'Mailbox says full', { kind: 'assigned', class: 'incoming', who: 'Marek Dvořák', quiet: true }),
          ...make(2, 1600, 'Cannot sign in', { kind: 'status', class: 'progress', who: 'Tomás Ferreira', status: 'solved', seen: true }),
        ];
    return Promise.resolve({ items, unseen: items.filter((x) => !x.seen).length, calls: this.calledTo, quiet: this.settings.notify.until });
  };
  notifiedSeen: Notifying['notifiedSeen'] = async (id) => {
    for (const x of (await this.notified()).items) if (id === 0 || x.id === id) this.toldSeen.add(x.id);
    this.emit('notified', {});
  };
  beQuiet: Notifying['beQuiet'] = (minutes) => {
    this.settings = { ...this.settings, notify: { ...this.settings.notify, until: minutes > 0 ? ago(-minutes) : '' } };
    this.emit('notified', {});
    return Promise.resolve();
  };
}
