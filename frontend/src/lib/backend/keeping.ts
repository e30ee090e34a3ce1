import type { EntryView, Fault, FileInfo } from './types';

/** How long a ticket is kept once it is closed. hold is the team's; without by the whole organization is held. */
export type KeepInfo = { until: string; ends: string; files: string; filesGone: string; hold: { by: string; at: string; reason: string } | null };

/** An organization's archive on this computer: requests the desk has, kept ones that are only here, damaged ones among these, and files still to come. */
export type ArchiveView = { org: string; name: string; on: boolean; requests: number; kept: number; missing: number; bytes: number; damaged: number };
/** A request that is only in the archive. */
export type KeptRow = { id: string; number: string; subject: string; who: string; created: string; closed: string; files: number };

/** What is kept of tickets, and saved from them. */
export interface Keeping {
  /** How the archive of an organization one looks after stands; begin one, or end it with all that is only in it. */
  archive(org: string): Promise<ArchiveView>;
  keepArchive(org: string, on: boolean): Promise<void>;
  /** What is only in the archive and has all of the words typed, the newest first. */
  archivedRequests(org: string, typed: string): Promise<KeptRow[]>;
  archivedRequest(org: string, ticket: string): Promise<{ row: KeptRow; entries: EntryView[] }>;
  /** Everything the organization has asked, as one ZIP file; as saveCopy. */
  saveArchive(org: string): Promise<{ name: string; missing: string[] }>;
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
