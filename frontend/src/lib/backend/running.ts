/** One of the menus of a menu bar; keys as the registry writes them, "" for none. */
export type MenuGroup = { label: string; items: { id: string; label: string; keys: string }[] };
export type MenuEvents = {
  /** An action was chosen in the menu bar. */
  menu: { id: string };
};

/** How the program is there without its window. */
export interface Running {
  /** login: it starts with the session, which the system can be told, too. */
  running(): Promise<{ login: boolean }>;
  startWithSession(on: boolean): Promise<void>;
  /** What language the page speaks, so that what the program says by itself is in it, too. */
  speaks(language: string): Promise<void>;
  /** Makes the menu bar, where the desktop has one above its windows. */
  setMenu(groups: MenuGroup[]): Promise<void>;
  /** Ends the program, also where closing its window keeps it running. */
  quit(): Promise<void>;
}
