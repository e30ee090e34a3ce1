import type { Status } from './types';

/** Why somebody was told. */
export type NotifiedKind = 'called' | 'mention' | 'reply' | 'taken' | 'assigned' | 'arrived' | 'due' | 'asked' | 'status' | 'engaged' | 'sorted' | 'ended' | 'changed' | 'contributed' | 'counted' | 'uncounted';
export type NotifiedClass = 'emergency' | 'escalation' | 'mention' | 'reply' | 'incoming' | 'due' | 'progress';

/** Something one was told outside the window; ticket is "" for what is about none, seq 0 for what no entry says. quiet: it was kept from the desktop. */
export type NotifiedInfo = {
  id: number; ticket: string; seq: number; number: string; subject: string; kind: NotifiedKind; class: NotifiedClass; who: string; has: string; status: Status | ''; what: string;
  /** How many articles changed, and the newest, of kind changed; of kind contributed, that it came back. */
  articles?: number; article?: string; back?: boolean;
  /** What is new in each, the newest first. */
  news?: { article: string; title: string; changed: string }[];
  emergency: boolean; helps: boolean; promise: boolean; call: boolean; mine: boolean; at: string; seen: boolean; times: number; quiet: boolean;
};
/** A ticket one is called to until somebody acknowledges it. */
export type CallToAck = { ticket: string; number: string; subject: string; emergency: boolean; since: string };
/** The newest first; quiet is until when nothing is told but emergencies. */
export type NotifiedView = { items: NotifiedInfo[]; unseen: number; calls: CallToAck[]; quiet: string };

/** What is told outside the window. Emergencies are in no class that can be off. from and to are times of the day. */
export type NotifySettings = { off: NotifiedClass[]; myTurn: boolean; until: string; from: string; to: string };

export interface Notifying {
  notified(): Promise<NotifiedView>;
  /** 0 is all of them. It reads no ticket. */
  notifiedSeen(id: number): Promise<void>;
  /** Nothing but emergencies for so many minutes; 0 ends it. */
  beQuiet(minutes: number): Promise<void>;
}
