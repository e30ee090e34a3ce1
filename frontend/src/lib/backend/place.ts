/** Where a request stands that waits for the team: how many are before it, and how many of them came after it. */
export type PlaceInfo = { waits: boolean; queued: boolean; outages: number; outagesLater: number; others: number; othersLater: number;
  /** As of when, and whether that is now. */
  at: string; fresh: boolean };

/** Somebody in copy. Since is when they came in where they read nothing that was written before; "" for whoever reads all of it. */
export type CC = { id: string; name: string; outside: boolean; me: boolean; since: string };
