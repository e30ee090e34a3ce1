import type { EntryView, FileInfo, Priority, Status, Verdict } from '$lib/backend';

/** What can be done from within a letter. The view wires it to Go, the composer and the dialogs. */
export interface LetterActs {
  link(url: string): void;
  /** Shows the file, fetching it first if it is not on this computer. */
  openFile(file: FileInfo): void;
  saveFile(file: FileInfo): void;
  /** Out of the window, while the button is held down. */
  dragFile(file: FileInfo): void;
  /** The rest concerns an own letter that is still in the outbox. */
  edit(outbox: string): void;
  discard(outbox: string): void;
  retry(outbox: string): void;
  decide(outbox: string): void;
  /** Begins a reply to a letter, or a correction of an own one. */
  about(entry: EntryView, corrects: boolean): void;
  /** Shows the letter another one takes up. */
  jump(ref: number): void;
  /** Notes what became of a question of ours; absent for who may not. */
  settle?: (ask: string) => void;
  /** Makes a letter a ticket of its own, or asks for it; absent for who may not. */
  split?: (entry: EntryView) => void;
  /** After thanks that left it solved: it is not. */
  notSolved(): void;
}

/** What stands in the head of a ticket. Asking ones open a dialog, the others act at once. */
export type Asking = 'assign' | 'refer' | 'hold' | 'solve' | 'close' | 'reopen' | 'people' | 'rename' | 'type' | 'topic' | 'fill' | 'approve' | 'priority' | 'private' | 'call' | 'chat' | 'notice' | 'skip' | 'settle' | 'tags' | 'language' | 'helpers' | 'promise' | 'promised' | 'snooze' | 'follow' | 'merge' | 'split' | 'join' | 'escalate' | 'deescalate' | 'workaround' | 'verdict' | 'fix' | 'work' | 'strike' | 'unstrike' | 'ban' | 'unban' | 'legal' | 'grant';

export interface HeadActs {
  ask(what: Asking): void;
  status(to: Status): void;
  priority(to: Priority): void;
  /** Confirms the proposed priority. */
  agree(): void;
  unread(): void;
  /** Takes back what was put aside. */
  /** The customer's word on the workaround; all but that it works ask why. */
  judge(verdict: Verdict): void;
  wake(): void;
  /** Asks what became of a promise. */
  promised(id: string): void;
  /** Saves it as its reader may read it, with its files. */
  copy(): void;
  /** Begins a new request about what was solved. */
  again(): void;
  /** Says that one has what somebody is called for. */
  acknowledge(): void;
}

/** What can be done about a ticket's belonging to others. */
export interface MatterActs {
  open(ticket: string): void;
  /** Puts a ticket into another; both by id. */
  merge(ticket: string, into: string): void;
  unmerge(ticket: string): void;
  /** Takes what is being written along to the ticket it goes on in. */
  move(to: string): void;
  join(): void;
  leave(): void;
}
