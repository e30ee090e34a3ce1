import type { Block, Draft } from './types';

/**
 * What the window shows of a file. kind "" is one that is only saved: with a width it is a picture of more points
 * than are safe to open. charset is "" for UTF-8, and guessed where nothing in the file tells it; rest are the bytes
 * that follow what is shown; odd: the text has signs that cannot be seen, which are named in it.
 */
export type FileLook = { kind: 'picture' | 'text' | ''; width: number; height: number; text: string; charset: string; guessed: boolean; rest: number; odd: boolean };

/** What can be looked at and read again. */
export interface Viewing {
  /** Reads a file of a ticket so that it can be shown; it is fetched first if it is not here. */
  lookFile(ticket: string, hash: string): Promise<FileLook>;
  /** A text as its reader will see it. */
  preview(text: string): Promise<Block[]>;
  /** What stood in a draft before, newest first and without what stands there now; also what was sent or thrown away. */
  earlierDrafts(key: string): Promise<Draft[]>;
  /** Puts the version of a draft at that time in place of what is written, which becomes an earlier one; seen as in reply. */
  takeDraft(key: string, from: string, at: string, seen: number): Promise<Draft>;
}
