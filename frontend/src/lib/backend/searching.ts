import type { Row } from './types';

/** A piece of a text; mark says that it was looked for. */
export type Piece = { text: string; mark: boolean };

/** A ticket that was found. seq is the entry that fits, 0 for what stands above the conversation; by and at are whose and of when, file is the name of its file whose text fits. */
export type SearchResult = { row: Row; seq: number; by: string; at: string; subject: Piece[]; snippet: Piece[]; file: string; waits: boolean };

/** How much the search knows: waiting tickets are not read for it yet, text files of unread not fetched, at most loading more are on their way; open: of some lists the server has not said how many. */
export type SearchCoverage = { tickets: number; waiting: number; unread: number; oldest: string; loading: number; open: boolean };

/** An article that was found; section is its name. */
export type FoundArticle = { id: string; title: Piece[]; snippet: Piece[]; section: string; state: 'draft' | 'review' | 'published' | 'retired'; old: boolean };

/** What the person has written here and not sent; article is "" for a new one. */
export type FoundDraft = { key: string; kind: 'reply' | 'note' | 'new' | 'article'; ticket: string; article: string; number: string; title: Piece[]; snippet: Piece[]; updated: string };

/** near: nothing fits as asked, and these nearly do. stopped: older ones were not looked at. Articles and drafts stand with the first page: the best of so many as fit. */
export type SearchPage = {
  results: SearchResult[]; near: boolean; more: boolean; stopped: boolean; coverage: SearchCoverage;
  articles: FoundArticle[]; articleCount: number; drafts: FoundDraft[]; draftCount: number;
};

/** What the server found that is not on this computer yet; next is where to go on, empty at the end. */
export type ServerPage = { results: SearchResult[]; looked: number; back: string; next: string };

/** A ticket that is like another; resolution is what solved it. */
export type ResemblingTicket = { ticket: string; number: string; subject: string; who: string; resolution: string; at: string };

/** What the team has that is like a ticket: open ones, and solved ones with what solved them first. */
export type Resembling = { open: ResemblingTicket[]; solved: ResemblingTicket[] };

export interface Resembles {
  resembles(ticket: string): Promise<Resembling>;
}

/** The search on this computer, and of what the server has beside it. */
export interface Searching {
  /** Tickets that fit a query, newest first, from a place on; at most 30. */
  search(query: string, from: number): Promise<SearchPage>;
  /** How many tickets fit, up to 300; more: there are more than were looked at. */
  countSearch(query: string): Promise<{ tickets: number; more: boolean }>;
  /** Has the server look, a stretch at a time, from where the last ended. */
  searchServer(query: string, from: string): Promise<ServerPage>;
  /** Brings what the server found to this computer, before its turn. */
  bringTicket(ticket: string): Promise<void>;
}
