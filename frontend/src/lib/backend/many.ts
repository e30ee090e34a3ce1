import type { Fault } from './types';

/** What is to happen to many tickets at once; kind says which of the rest counts. */
export type Deed = {
  kind: 'assign' | 'priority' | 'status' | 'tags' | 'snooze' | 'refer' | 'read' | 'unread';
  to: string; reason: string; add: string[]; remove: string[]; until: string; answer: boolean;
};

/** items can be taken back until then, as if it had never been. */
export type ManyResult = { done: string[]; items: string[]; refused: { ticket: string; number: string; fault: Fault }[]; until: string };

export interface Plenty {
  /** At most 500; what is refused of one keeps none of the others from it. */
  many(tickets: string[], deed: Deed): Promise<ManyResult>;
  /** gone: those that had left this computer. */
  takeBack(items: string[]): Promise<{ back: number; gone: number }>;
}
