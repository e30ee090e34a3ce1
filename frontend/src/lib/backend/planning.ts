import type { LinkInfo, MergeChoice } from './types';

// What is planned: the fix of a ticket, work that is a risk, and who is away. A part of types.ts.

export type FixState = '' | 'planned' | 'done' | 'none';

/** What becomes of the trouble behind it. problem: what it waits for; waiting: those that wait for this one; untold: how many are still to be told. */
export type FixInfo = { state: FixState; due: string; words: string; problem: LinkInfo | null; waiting: LinkInfo[]; untold: number };

/** A change that is planned, and what it risks; whether it may be done is the approval. */
export type WorkInfo = { risk: string; from: string; until: string; by: string; approver: string; past: boolean };

/** One of the team: when they are away and who stands in; without until they are here. may: the reader may say it. */
export type AwayInfo = { id: string; name: string; from: string; until: string; substitute: string; stands: string; now: boolean; mine: boolean; may: boolean };

export interface Planning {
  away(): Promise<AwayInfo[]>;
  /** Without times they are here. It counts at once, so never offline. */
  setAway(who: string, from: string, until: string, substitute: string): Promise<void>;
  /** What becomes of the fix; '': it waits for none. On a problem everybody who waits for it is told. */
  setFix(ticket: string, state: FixState, due: string, text: string): Promise<void>;
  waitForFix(ticket: string, problem: string, text: string): Promise<void>;
  openProblem(ticket: string, subject: string, text: string): Promise<{ ticket: string; reference: string }>;
  problemChoices(ticket: string, query: string): Promise<MergeChoice[]>;
  /** Without times the plan is taken back; approver '' is whoever asked. */
  planWork(ticket: string, risk: string, from: string, until: string, approver: string): Promise<void>;
}
