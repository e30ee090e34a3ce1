import type { Urgency } from './types';

/** How soon a department first answers what is called so urgent. */
export type UsualAnswer = { urgency: Urgency;
  /** By how it was lately, or else in its own words; "" where it says nothing. */
  usual: string;
  /** What it promises, which stands beside that; "" for nothing. */
  promised: string };

/** What whoever asked can expect now. */
export type OutlookInfo = {
  /** How soon answers come, "" where none is owed. */
  usual: string;
  /** When the department is there again, "" while it is. */
  opens: string };
