import type { Urgency } from './types';

/** Answers take longer at the moment: a lead's words and until when, or none where the desk itself sees it. */
export type BusyInfo = { text: string; until: string };

/** A department as it is offered. */
export type DepartmentCard = { id: string; name: string; for: string; icon: string; hours: string; reply: string; phone: string;
  /** When it is there again, "" while it is. */
  opens: string;
  /** The department that gets first what a customer opens for it. */
  receives: string;
  /** The languages in which answers are promised, in words. */
  languages: string[];
  answers: UsualAnswer[];
  busy: BusyInfo | null;
  /** The person may say how busy it is. */
  announce: boolean };

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
  opens: string;
  /** They take longer at the moment. */
  busy: BusyInfo | null };
