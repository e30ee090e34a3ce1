/** Somebody called: name is the step of the path, "" where nobody on it was on duty; told are names, the team's. */
export type CallInfo = { name: string; since: string; at: string; told: string[]; by: string; ackedAt: string };

export type EscalationInfo = {
  by: string; at: string; reason: string; needed: string; told: CallInfo;
  open: boolean; ended: string; outcome: string;
  /** It has not reached the desk. */
  waits: boolean;
};

/** dial is what a telephone program takes; own the number of who is on duty, the team's. */
export type PathStep = { name: string; who: string; away: string; phone: string; dial: string; own: string; there: boolean; here: boolean };

/** A number as it can be called now; opens is when it is there again, "" while it is. */
export type PhoneLine = { number: string; dial: string; country: string; languages: string[]; menu: string; for: string; tollFree: boolean; open: boolean; opens: string; speaks: boolean };

/** The right number first, then the next best. asOf: when this computer last knew that they are the desk's. */
export type PhoneBook = { lines: PhoneLine[]; asOf: string };
