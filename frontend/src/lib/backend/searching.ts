import type { Row } from './types';

/** A piece of a text; mark says that it was looked for. */
export type Piece = { text: string; mark: boolean };

/** A ticket that was found. seq is the entry that fits, 0 for what stands above the conversation; by and at are whose and of when. */
export type SearchResult = { row: Row; seq: number; by: string; at: string; subject: Piece[]; snippet: Piece[]; waits: boolean };

/** How much the search knows: waiting tickets are not read for it yet, loading of total are on their way. */
export type SearchCoverage = { tickets: number; waiting: number; oldest: string; loading: number; total: number };

/** near: nothing fits as asked, and these nearly do. stopped: older ones were not looked at. */
export type SearchPage = { results: SearchResult[]; near: boolean; more: boolean; stopped: boolean; coverage: SearchCoverage };

/** What the server found that is not on this computer yet; next is where to go on, empty at the end. */
export type ServerPage = { results: SearchResult[]; looked: number; back: string; next: string };

/** The search on this computer, and of what the server has beside it. */
export interface Searching {
  /** Tickets that fit a query, newest first, from a place on; at most 30. */
  search(query: string, from: number): Promise<SearchPage>;
  /** Has the server look, a stretch at a time, from where the last ended. */
  searchServer(query: string, from: string): Promise<ServerPage>;
  /** Brings what the server found to this computer, before its turn. */
  bringTicket(ticket: string): Promise<void>;
}
