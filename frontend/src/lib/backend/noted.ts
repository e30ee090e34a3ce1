import type { CallLog, Fault } from './types';

/** A call under the code of a ticket that has not arrived; it joins it by itself when it does. */
export type WaitingCall = { id: string; code: string;
  /** Who took it and with whom, in a sentence. */
  line: string;
  text: string; note: string; at: string;
  /** It waits for so long that its ticket may never come. */
  long: boolean;
  /** It is on this computer alone: not sent yet, or with a fault refused. */
  here: boolean; fault: Fault | null };

/** What a code is that is typed: short is one that may become a code, old one without its check. */
export type CodeInfo = { old: boolean; short: boolean; fault: Fault | null };

export interface Noting {
  /** The ticket where one of this code is here, "" where the call waits. id is the page's: asking twice notes it once. */
  noteCall(id: string, code: string, call: CallLog): Promise<string>;
  /** Looks at a code while it is typed. */
  checkCode(code: string): Promise<CodeInfo>;
  waitingCalls(): Promise<WaitingCall[]>;
  /** Without a ticket the call is dropped. */
  putCall(call: string, ticket: string): Promise<void>;
}
