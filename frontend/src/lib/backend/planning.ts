import type { LinkInfo, MergeChoice } from './types';

// What is planned on a ticket: its fix, and work that is a risk. A part of types.ts.

export type FixState = '' | 'planned' | 'done' | 'none';

/** What becomes of the trouble behind it. problem: what it waits for; waiting: those that wait for this one; untold: how many are still to be told. */
export type FixInfo = { state: FixState; due: string; words: string; problem: LinkInfo | null; waiting: LinkInfo[]; untold: number };

/** A change that is planned, and what it risks; whether it may be done is the approval. */
export type WorkInfo = { risk: string; from: string; until: string; by: string; past: boolean };

export interface Planning {
  /** What becomes of the fix; '': it waits for none. On a problem everybody who waits for it is told. */
  setFix(ticket: string, state: FixState, due: string, text: string): Promise<void>;
  waitForFix(ticket: string, problem: string, text: string): Promise<void>;
  openProblem(ticket: string, subject: string, text: string): Promise<{ ticket: string; reference: string }>;
  problemChoices(ticket: string, query: string): Promise<MergeChoice[]>;
  /** Without times the plan is taken back; approver '' is whoever asked. */
  planWork(ticket: string, risk: string, from: string, until: string, approver: string): Promise<void>;
}
