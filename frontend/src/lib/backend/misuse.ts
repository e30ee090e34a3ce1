import type { Urgency } from './types';

export type Sanction = '' | 'warn' | 'confirm' | 'no_high' | 'ban';

/** What the team knows of an urgency beside its priority, and what counts against whoever chose it. */
export type MisuseInfo = {
  /** "" where nothing was called urgent. */
  claimed: Urgency;
  /** What it was called waits for the team's word. */
  doubted: boolean;
  /** Where the priority is less than that, the customer is told why. */
  tell: boolean;
  struck: boolean; by: string; at: string; reason: string;
  strikes: number;
  /** What follows from them, and what one more would mean. */
  words: string; next: string;
  may: ('strike' | 'unstrike' | 'ban' | 'unban')[];
};

/** A request that counts; number and subject are "" where it is not on this computer. */
export type Strike = { ticket: string; number: string; subject: string; at: string; until: string; reason: string };

/** What counts against the person themselves. appeal: where to object, a department. */
export type Standing = { does: Sanction; until: string; strikes: Strike[]; reason: string; appeal: string; appealName: string };
