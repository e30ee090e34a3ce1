/** Somebody of the team has the ticket along where there is no network; null for customers, and once it is over. */
export type AlongInfo = { name: string; mine: boolean; until: string; where: string; draft: boolean };

/** What can be taken along, or is, and how much of it is on this computer. */
export type AlongView = {
  /** Those the person has; along of them are taken along, until and where as of the first. */
  tickets: number; along: number; until: string; where: string;
  /** Theirs and of what the same people asked before; missing: not here, bytes of them in all. */
  files: number; missing: number; bytes: number;
  /** Everything else is here; otherwise done of total tickets are. */
  whole: boolean; done: number; total: number;
};
