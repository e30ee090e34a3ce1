import type { FileInfo, Option } from './types';

/** Whom something of the knowledge base is for. */
export type HelpReaders = 'public' | 'customers' | 'org' | 'staff';

export type ArticleStep = 'send' | 'return' | 'publish' | 'reviewed' | 'retire' | 'drop';

export type HelpLevel = 'all' | 'digest' | '';

export type SectionInfo = {
  id: string; name: string; for: string; readers: HelpReaders; org: string; orgName: string;
  /** How much the reader wants to hear of it. */
  follow: HelpLevel;
};

/** An article in a list. Times are "" for never. */
export type ArticleRow = {
  id: string; section: string; title: string; state: 'draft' | 'review' | 'published' | 'retired';
  readers: HelpReaders; orgName: string; published: string; reviewed: string;
  /** Nobody looked at it for long. */
  old: boolean;
  language: string; follow: HelpLevel;
  /** Of the reader's own; something of theirs about it waits; a draft is there beside it. */
  mine: boolean; waits: boolean; changing: boolean;
  /** How many at least it helped; the others are the team's. */
  helped: number; yes: number; no: number; solved: number; comments: number;
  /** How many customers read it: the team's, and at least so many of one's own. */
  views: number;
};

export type ArticleDraft = {
  id: string; edit: number; section: string; title: string; text: string; language: string; tags: string[]; readers: HelpReaders | ''; org: string; files: FileInfo[];
  /** Told, and not asked. */
  by: string; at: string; sent: boolean; reason: string;
};

export type EarlierInfo = { title: string; text: string; published: string; until: string; changed: string; files: FileInfo[] };

export type CommentInfo = { id: string; by: string; who: string; at: string; text: string; done: boolean; ticket: string; waits: boolean };

export type ArticleInfo = ArticleRow & {
  text: string;
  /** Files that come with it; they are asked for as those of `article/` and its id. */
  files: FileInfo[]; tags: string[]; org: string; by: string; changed: string; why: string; edit: number; vote: 'yes' | 'no' | '';
  /** Of when what the reader last read of it is, "" for nothing; since when it is kept here, where that is long. */
  read: string; kept: string;
  draft: ArticleDraft | null; earlier: EarlierInfo[]; related: ArticleRow[]; said: CommentInfo[];
  /** What the reader may do with it now. */
  can: (ArticleStep | 'write' | 'vote' | 'comment')[];
};

/** writes: the reader is one of the team's; decides: they decide what readers have. orgs: whom something can be for. */
export type HelpInfo = { sections: SectionInfo[]; articles: ArticleRow[]; writes: boolean; decides: boolean; orgs: Option[] };

/** The knowledge base; all of it is on this computer, and what is done to it waits in the outbox. */
export interface Knowing {
  help(): Promise<HelpInfo>;
  article(id: string): Promise<ArticleInfo>;
  findArticles(query: string): Promise<ArticleRow[]>;
  /** Up to three that may answer what somebody is about to ask. */
  suggestArticles(subject: string, body: string): Promise<ArticleRow[]>;
  /** What is written of an article, kept on this computer alone until it is queued; id "" is a new one. */
  keepArticle(draft: ArticleDraft): Promise<void>;
  keptArticle(id: string): Promise<ArticleDraft | null>;
  dropKept(id: string): Promise<void>;
  /** Gives the id; with send it goes for review. */
  writeArticle(draft: ArticleDraft, send: boolean): Promise<string>;
  moveArticle(id: string, edit: number, step: ArticleStep, reason: string): Promise<void>;
  /** solved: no request is needed any more. */
  voteArticle(id: string, helpful: boolean, solved: boolean): Promise<void>;
  /** The reader read it as it is here; it counts once, and is told nobody else. */
  readArticle(id: string): Promise<void>;
  commentArticle(id: string, text: string): Promise<void>;
  settleComment(comment: string, ticket: string): Promise<void>;
  followArticle(article: string, section: string, level: HelpLevel): Promise<void>;
  saveSection(section: SectionInfo): Promise<void>;
  dropSection(id: string): Promise<void>;
}

export type HelpEvents = {
  /** Something of the knowledge base is to be read again. */
  help: Record<string, never>;
};
