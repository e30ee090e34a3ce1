import type { FileInfo } from './types';

/** A picture that is looked over before it goes along. It is held in memory alone, one at a time; src is where it is found. */
export type Shot = { id: string; width: number; height: number; src: string };

/** A part of a picture that nobody should see, in its points. */
export type Hidden = { x: number; y: number; w: number; h: number };

export type SecretKind = '' | 'key' | 'token' | 'password' | 'card' | 'account';

/** A line of a log in parts: what looks like a secret is one by itself. */
export type LogLine = { parts: { text: string; kind: SecretKind }[] };

/** The end of a log; cut: there are other lines before these. */
export type LogView = { name: string; lines: LogLine[]; cut: boolean };

/** Something about this computer; on: it goes along unless it is taken out. */
export type Fact = { id: string; label: string; value: string; on: boolean };

/** What is gathered on this computer to go along, each looked over first. null: the person thought better of it. */
export interface Gathering {
  /** The screen, with the window out of the way. */
  shotScreen(): Promise<Shot | null>;
  shotFile(): Promise<Shot | null>;
  /** Bytes of a picture, base64, or with "" the one on the system's clipboard. */
  shotPasted(base64: string): Promise<Shot | null>;
  /** One that is attached and not sent yet. */
  shotAttached(hash: string): Promise<Shot>;
  /** Covers parts of it and attaches what is left, instead of one that was attached, "" for none. */
  keepShot(id: string, covers: Hidden[], instead: string): Promise<FileInfo>;
  dropShot(): Promise<void>;
  /** The last lines of a file that is asked for. */
  pickLog(): Promise<LogView | null>;
  facts(): Promise<Fact[]>;
  /** Lets a file of a ticket be drawn out of the window with the button that is held down. */
  dragFile(ticket: string, hash: string): Promise<void>;
  /** Attaches a text that was looked over. */
  keepText(kind: 'log' | 'facts', text: string): Promise<FileInfo>;
}
