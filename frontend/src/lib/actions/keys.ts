// The grammar of keys: "j", "Shift+Tab", "Mod+n" (Ctrl, on a Mac ⌘), "g i" (one after the other).

export type Stroke = { key: string; mod: boolean; shift: boolean; alt: boolean };

export const isMac = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? '');

/** One or more strokes that follow one another. */
export function parseKeys(keys: string): Stroke[] {
  return keys.split(' ').map((part) => {
    // "Mod++" is the plus key with Mod.
    const names = part.endsWith('++') ? [...part.slice(0, -2).split('+'), '+'] : part.split('+').filter(Boolean);
    const key = names.pop() ?? part;
    return { key: part === '+' ? '+' : key, mod: names.includes('Mod'), shift: names.includes('Shift'), alt: names.includes('Alt') };
  });
}

/** Whether an event is this stroke. A sign such as "?" brings its own Shift. */
export function strikes(stroke: Stroke, event: KeyboardEvent): boolean {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  if (mod !== stroke.mod || other || event.altKey !== stroke.alt) return false;
  const named = stroke.key.length > 1;
  const letter = /^\p{L}$/u.test(stroke.key);
  if ((named || letter) && event.shiftKey !== stroke.shift) return false;
  return named ? event.key === stroke.key : event.key.toLowerCase() === stroke.key.toLowerCase();
}

const signs: Record<string, string> = {
  Enter: '⏎', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'PgUp', PageDown: 'PgDn', ' ': 'Space',
};

/** How the keys are written on a button: "Ctrl ⏎", "G I". */
export function writeKeys(keys: string): string {
  return parseKeys(keys)
    .map((s) => [s.mod ? (isMac ? '⌘' : 'Ctrl') : '', s.alt ? 'Alt' : '', s.shift ? 'Shift' : '', signs[s.key] ?? s.key.toUpperCase().replace(/^(HOME|END|TAB)$/, (w) => w[0] + w.slice(1).toLowerCase())].filter(Boolean).join(' '))
    .join(' ');
}

/** Whether what has the focus takes letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('[contenteditable]:not([contenteditable="false"])')) return true;
  if (target instanceof HTMLInputElement) return !['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
