import type { Column, Density, Sort } from './types';

/** A view that somebody saved, beside what every view has. */
export type SavedInfo = {
  name: string;
  query: string;
  /** Whom it is shared with, "" for nobody. */
  department: string;
  /** How it is shown to who chose nothing else; "" and null as every list. */
  sort: Sort | ''; density: Density | ''; columns: Column[] | null;
  /** The reader may change and delete it. */
  may: boolean;
};

/** What is wrong at a place of a query, in the page's characters. */
export type QueryFault = { at: number; len: number; message: string; hint: string };

/** A part of a query that stands by itself. */
export type QueryPart = { at: number; len: number; text: string; kind: 'word' | 'phrase' | 'field' | 'group'; not: boolean };

/** What can stand where something is typed: text takes its place, name is what it is called. */
export type QueryOffer = { text: string; name: string };

/** A text read as a query. normal is "" when it asks nothing; from and to are what an offer takes the place of. */
export type QueryInfo = { normal: string; faults: QueryFault[]; parts: QueryPart[]; from: number; to: number; offers: QueryOffer[] };

export interface Saving {
  /** id "" makes a new view; gives its id among all views. */
  saveView(id: string, view: SavedInfo): Promise<string>;
  dropView(id: string): Promise<void>;
  /** One place up or down among those it stands with. */
  moveView(id: string, up: boolean): Promise<void>;
  /** Reads a query as it is typed, for a search or else for a view. */
  readQuery(text: string, cursor: number, search: boolean): Promise<QueryInfo>;
}
