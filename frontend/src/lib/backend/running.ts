/** How the program is there without its window. */
export interface Running {
  /** login: it starts with the session, which the system can be told, too. */
  running(): Promise<{ login: boolean }>;
  startWithSession(on: boolean): Promise<void>;
  /** What language the page speaks, so that what the program says by itself is in it, too. */
  speaks(language: string): Promise<void>;
  /** Ends the program, also where closing its window keeps it running. */
  quit(): Promise<void>;
}
