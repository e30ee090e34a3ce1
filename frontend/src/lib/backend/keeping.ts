import type { Fault, FileInfo } from './types';

/** How long a ticket is kept once it is closed. hold is the team's; without by the whole organization is held. */
export type KeepInfo = { until: string; ends: string; files: string; filesGone: string; hold: { by: string; at: string; reason: string } | null };

/** What is kept of tickets, and saved from them. */
export interface Keeping {
  hold(ticket: string, on: boolean, reason: string): Promise<void>;
  /** name is "" when the person thought better; missing are files that could not be fetched. */
  saveCopy(ticket: string): Promise<{ name: string; missing: string[] }>;
  /** Files above the limit: asking for one that was chosen, taking it compressed, and allowing so many bytes for so many days; 0 bytes end it. */
  askLarge(ticket: string, handle: string): Promise<void>;
  compress(handle: string): Promise<FileInfo>;
  grantUpload(ticket: string, bytes: number, days: number): Promise<void>;
}

/** A file that was chosen and is too large; text would become much smaller. */
export type LargeFile = { handle: string; name: string; size: number; text: boolean };

/** What was allowed of large files; left is 0 once it ended. */
export type GrantInfo = { by: string; until: string; bytes: number; used: number; left: number };

/** What was chosen or dropped: taken, refused and why, and which of the refused can be asked for. */
export type Picked = { files: FileInfo[]; faults: Fault[]; large: LargeFile[] };
