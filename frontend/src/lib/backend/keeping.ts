/** How long a ticket is kept once it is closed. hold is the team's; without by the whole organization is held. */
export type KeepInfo = { until: string; ends: string; files: string; filesGone: string; hold: { by: string; at: string; reason: string } | null };

/** What is kept of tickets, and saved from them. */
export interface Keeping {
  hold(ticket: string, on: boolean, reason: string): Promise<void>;
  /** name is "" when the person thought better; missing are files that could not be fetched. */
  saveCopy(ticket: string): Promise<{ name: string; missing: string[] }>;
}
