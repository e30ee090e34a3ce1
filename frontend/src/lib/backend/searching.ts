import type { Row } from './types';

/** A piece of a text; mark says that it was looked for. */
export type Piece = { text: string; mark: boolean };

/** A ticket that was found. seq is the entry that fits, 0 for what stands above the conversation; by and at are whose and of when. */
export type SearchResult = { row: Row; seq: number; by: string; at: string; subject: Piece[]; snippet: Piece[]; waits: boolean };

/** What is wrong at a place of a query. The sentences have gaps that values fill. */
export type SearchFault = { at: number; len: number; message: string; hint: string; values: Record<string, string> };

/** A part of a query that must hold; op is set for an operator. */
export type SearchPart = { at: number; len: number; text: string; op: string };

/** How much the search knows: waiting tickets are not read for it yet, loading of total are on their way. */
export type SearchCoverage = { tickets: number; waiting: number; oldest: string; loading: number; total: number };

/** near: nothing fits as asked, and these nearly do. stopped: older ones were not looked at. */
export type SearchPage = { results: SearchResult[]; near: boolean; more: boolean; stopped: boolean; faults: SearchFault[]; parts: SearchPart[]; coverage: SearchCoverage };

/** What may stand in the place of len characters at at. */
export type SearchOffer = { at: number; len: number; text: string; name: string };

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
  /** What may be typed at a place of a query. */
  searchOffers(query: string, cursor: number): Promise<SearchOffer[]>;
}
