import { isTyping, parseKeys, strikes, unfinished, writeKeys, writes, type Stroke } from './keys';

/**
 * window: anywhere in the window while no dialog is open.
 * list: only while the list or nothing has the focus, for keys other parts need too.
 * always: also over a dialog, such as zoom.
 */
export type Scope = 'window' | 'list' | 'always';

export type Action = {
  id: string;
  /** What it does, in one to four words. */
  label: string;
  /** Heading on the sheet of keys. */
  group: string;
  /** The first is written on buttons. */
  keys: string[];
  scope?: Scope;
  /** Also while typing, for keys with Mod or Escape only. */
  typing?: boolean;
  /** Neither on the sheet of keys nor in the palette. */
  hidden?: boolean;
  /** In the palette alone, such as giving a ticket to one of many. */
  found?: boolean;
  /** Stands before all others that have its keys, as long as it can be done. */
  front?: boolean;
  when?: () => boolean;
  /** Why it cannot be done now, for whoever looks for it; "" where it should not be found at all. */
  why?: () => string;
  run: (event?: KeyboardEvent) => void;
};

/** How long the second key of "g i" may take. */
const PATIENCE = 1200;

/** Other keys for an action; none switch its keys off. */
export type KeyChange = { action: string; keys: string[] };
/** quietKeys: keys that also write do nothing. */
type Chosen = { keys: KeyChange[]; quietKeys: boolean };

const parsed = new Map<string, Stroke[]>();

function strokesOf(keys: string): Stroke[] {
  const known = parsed.get(keys) ?? parseKeys(keys);
  parsed.set(keys, known);
  return known;
}

/**
 * Every action of the window, with its keys. One handler, the palette, the sheet
 * of keys, the menu and the words on buttons are fed from here. Nothing fires
 * while someone types or composes with an input method.
 */
export class Actions {
  #all = $state.raw<Action[]>([]);
  // What is added and removed is worked out on a plain list: whoever adds in an effect must not depend on what
  // others add, and an effect that ends reads a state as it was before, without what another just added anew.
  #kept: Action[] = [];
  #begun: KeyboardEvent[] = [];
  #at = 0;

  readonly #chosen: () => Chosen;
  readonly #changes = $derived.by(() => new Map(this.#chosen().keys.map((c) => [c.action, c.keys])));

  /** What the person chose, whenever it is asked. */
  constructor(chosen: () => Chosen = () => ({ keys: [], quietKeys: false })) {
    this.#chosen = chosen;
  }

  get all(): Action[] {
    return this.#all;
  }

  /** Adds actions until the returned function is called. A later one with the same id stands before an earlier. */
  add(actions: Action[]): () => void {
    this.#put([...actions, ...this.#kept]);
    return () => this.#put(this.#kept.filter((action) => !actions.includes(action)));
  }

  #put(all: Action[]): void {
    this.#kept = [...all.filter((a) => a.front), ...all.filter((a) => !a.front)];
    this.#all = this.#kept;
  }

  find(id: string): Action | undefined {
    return this.#all.find((action) => action.id === id);
  }

  /** The keys an action has now. */
  keysOf(action: Action): string[] {
    const keys = this.#changes.get(action.id) ?? action.keys;
    return this.#chosen().quietKeys ? keys.filter((k) => !writes(k)) : keys;
  }

  changed(id: string): boolean {
    return this.#changes.has(id);
  }

  /** The keys of an action as a button writes them, or undefined. */
  keys(id: string): string | undefined {
    const action = this.find(id);
    const keys = action && this.keysOf(action)[0];
    return keys ? writeKeys(keys) : undefined;
  }

  /** The actions that have these keys, or that a key of theirs begins or goes on with. */
  having(keys: string): Action[] {
    const overlaps = (has: string): boolean => has === keys || has.startsWith(`${keys} `) || keys.startsWith(`${has} `);
    const seen = new Set<string>();
    return this.#all.filter((a) => {
      if (seen.has(a.id)) return false;
      seen.add(a.id);
      return (this.#changes.get(a.id) ?? a.keys).some(overlaps);
    });
  }

  run(id: string): void {
    const action = this.find(id);
    if (action && (action.when?.() ?? true)) action.run();
  }

  /** The one keydown handler. True when an action ran or a sequence began. */
  handle(event: KeyboardEvent, now = Date.now()): boolean {
    if (event.defaultPrevented || unfinished(event)) return false;
    const begun = now - this.#at < PATIENCE ? this.#begun : [];
    const row = [...begun, event];
    const action = this.#match(row) ?? this.#match([event]);
    this.#begun = [];
    if (action) {
      event.preventDefault();
      action.run(event);
      return true;
    }
    if (this.#begins(event)) {
      this.#begun = [event];
      this.#at = now;
      event.preventDefault();
      return true;
    }
    return false;
  }

  #match(row: KeyboardEvent[]): Action | undefined {
    const event = row[row.length - 1] as KeyboardEvent;
    return this.#all.find((action) =>
      this.keysOf(action).map(strokesOf).some((strokes) => strokes.length === row.length && strokes.every((s, i) => strikes(s, row[i] as KeyboardEvent))) && this.#may(action, event),
    );
  }

  #begins(event: KeyboardEvent): boolean {
    return this.#all.some((action) => this.keysOf(action).map(strokesOf).some((s) => s.length > 1 && strikes(s[0] as Stroke, event)) && this.#may(action, event));
  }

  #may(action: Action, event: KeyboardEvent): boolean {
    if (isTyping(event.target) && !action.typing) return false;
    const scope = action.scope ?? 'window';
    if (scope !== 'always' && document.querySelector('dialog[open]')) return false;
    if (scope === 'list' && !inList(event.target)) return false;
    return action.when?.() ?? true;
  }
}

function inList(target: EventTarget | null): boolean {
  return !(target instanceof Element) || target === document.body || target.closest('[data-scope="list"]') !== null;
}
