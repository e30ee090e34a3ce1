import type { FileInfo } from './types';

/** A lead's board. Cells are open tickets by age (under a day, 1 to 3, 3 to 7 days, over a week) and in that by next deadline (late, within the hour, within a day, later, none). */
export type Board = {
  queues: { department: string; name: string; open: number; cells: number[][]; missed: { id: string; name: string; count: number }[]; reopened: number; good: number; bad: number; asked: number; reserve: number; gaps: { from: string; until: string; there: number }[] }[];
  people: { id: string; name: string; open: number; needs: number; late: number }[];
};

/** Where somebody takes chats now; problem says why that is not known. */
export type ChatsView = { departments: string[]; taking: boolean; problem: string };

/** One line of a chat; waiting: it has not reached the server yet; joined: no words, who named has taken the chat. */
export type LineView = { id: string; name: string; staff: boolean; me: boolean; at: string; text: string; files: FileInfo[]; joined: boolean; waiting: boolean };

/** The chat that is going on in a ticket. by is "" while nobody has taken it; say, join and end are what the reader may do. */
export type LiveView = { id: string; started: string; ends: string; by: string; byName: string; mine: boolean; lines: LineView[]; say: boolean; join: boolean; end: boolean };
