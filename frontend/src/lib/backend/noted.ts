import type { CallLog } from './types';

/** A call under the code of a ticket that has not arrived; it joins it by itself when it does. */
export type WaitingCall = { id: string; code: string;
  /** Who took it and with whom, in a sentence. */
  line: string;
  text: string; note: string; at: string;
  /** It waits for so long that its ticket may never come. */
  long: boolean };

export interface Noting {
  /** The ticket where one of this code is here, "" where the call waits. id is the page's: asking twice notes it once. Never offline. */
  noteCall(id: string, code: string, call: CallLog): Promise<string>;
  waitingCalls(): Promise<WaitingCall[]>;
  /** Without a ticket the call is dropped. */
  putCall(call: string, ticket: string): Promise<void>;
}
