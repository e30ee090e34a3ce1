import { untrack } from 'svelte';
import { isTyping, parseKeys, strikes, writeKeys, type Stroke } from './keys';

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
  /** Not on the sheet of keys. */
  hidden?: boolean;
  when?: () => boolean;
  run: (event?: KeyboardEvent) => void;
};

/** How long the second key of "g i" may take. */
const PATIENCE = 1200;

/**
 * Every action of the window, with its keys. One handler, the sheet of keys and
 * the words on buttons are fed from here. Nothing fires while someone types or
 * composes with an input method.
 */
export class Actions {
  #all = $state.raw<Action[]>([]);
  #strokes = new Map<Action, Stroke[][]>();
  #begun: KeyboardEvent[] = [];
  #at = 0;

  get all(): Action[] {
    return this.#all;
  }

  /** Adds actions until the returned function is called. A later one with the same id stands before an earlier. */
  add(actions: Action[]): () => void {
    for (const action of actions) this.#strokes.set(action, action.keys.map(parseKeys));
    // Whoever adds in an effect must not depend on what others add.
    this.#all = [...actions, ...untrack(() => this.#all)];
    return () => {
      this.#all = untrack(() => this.#all).filter((action) => !actions.includes(action));
      for (const action of actions) this.#strokes.delete(action);
    };
  }

  find(id: string): Action | undefined {
    return this.#all.find((action) => action.id === id);
  }

  /** The keys of an action as a button writes them, or undefined. */
  keys(id: string): string | undefined {
    const keys = this.find(id)?.keys[0];
    return keys ? writeKeys(keys) : undefined;
  }

  run(id: string): void {
    const action = this.find(id);
    if (action && (action.when?.() ?? true)) action.run();
  }

  /** The one keydown handler. True when an action ran or a sequence began. */
  handle(event: KeyboardEvent, now = Date.now()): boolean {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
    if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return false;
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
      (this.#strokes.get(action) ?? []).some((strokes) => strokes.length === row.length && strokes.every((s, i) => strikes(s, row[i] as KeyboardEvent))) && this.#may(action, event),
    );
  }

  #begins(event: KeyboardEvent): boolean {
    return this.#all.some((action) => (this.#strokes.get(action) ?? []).some((s) => s.length > 1 && strikes(s[0] as Stroke, event)) && this.#may(action, event));
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
