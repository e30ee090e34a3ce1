// The grammar of keys: "j", "Shift+Tab", "Mod+n" (Ctrl, on a Mac ⌘), "g i" (one after the other).

import { t } from '../language';

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
  return named ? event.key === stroke.key : (latin(event) ?? event.key.toLowerCase()) === stroke.key.toLowerCase();
}

/**
 * The Latin letter where a key lies, when what it writes is none: of an Arabic
 * or a Greek keyboard, and with Alt on a Mac, where every letter is a sign.
 */
function latin(event: KeyboardEvent): string | undefined {
  const other = /^\p{L}$/u.test(event.key) && !/^[a-z\p{Script=Latin}]$/iu.test(event.key);
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1]?.toLowerCase();
  return other || (event.altKey && event.key.length === 1 && !/^[a-z0-9]$/i.test(event.key)) ? place : undefined;
}

/** A press that is none yet: half of a sign, an input method at work, or a key that goes with another. */
export const unfinished = (event: KeyboardEvent): boolean =>
  event.isComposing || event.keyCode === 229 || ['Dead', 'Process', 'Unidentified', 'Compose', 'AltGraph', 'Shift', 'Control', 'Alt', 'Meta', 'CapsLock'].includes(event.key);

/** What was pressed, in the grammar above; undefined for what no action can have. */
export function pressed(event: KeyboardEvent): string | undefined {
  if (unfinished(event) || (isMac ? event.ctrlKey : event.metaKey)) return undefined;
  const key = event.key.length === 1 ? (latin(event) ?? event.key.toLowerCase()) : event.key;
  if (key === ' ' || key.trim() === '') return undefined;
  const shift = event.shiftKey && (key.length > 1 || /^\p{L}$/u.test(key));
  const mod = isMac ? event.metaKey : event.ctrlKey;
  return [mod ? 'Mod' : '', event.altKey ? 'Alt' : '', shift ? 'Shift' : '', key].filter(Boolean).join('+');
}

/** Whether it is one key that also writes: a letter or a sign without Ctrl, ⌘ or Alt. */
export const writes = (keys: string): boolean => parseKeys(keys).some((s) => !s.mod && !s.alt && s.key.length === 1);

const system = ['Tab', 'Shift+Tab', 'Enter', 'Shift+Enter', 'Escape', 'Mod+c', 'Mod+v', 'Mod+x', 'Mod+a', 'Mod+q', 'Mod+w', 'Mod+Enter', 'Alt+F4', 'F5', 'Mod+r'];

/** Keys that mean something to the system or to every field, and are not given away. */
export const taken = (keys: string): boolean => system.includes(keys);

const signs: Record<string, string> = {
  Enter: '⏎', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', get PageUp() { return t('PgUp'); }, get PageDown() { return t('PgDn'); }, ' ': 'Space',
};

/** How the keys are written on a button: "Ctrl ⏎", "G I". */
export function writeKeys(keys: string): string {
  return parseKeys(keys)
    .map((s) => [s.mod ? (isMac ? '⌘' : t('Ctrl')) : '', s.alt ? t('Alt') : '', s.shift ? t('Shift') : '', signs[s.key] ?? s.key.toUpperCase().replace(/^(HOME|END|TAB)$/, (w) => w[0] + w.slice(1).toLowerCase())].filter(Boolean).join(' '))
    .join(' ');
}

/** Whether what has the focus takes letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('[contenteditable]:not([contenteditable="false"])')) return true;
  if (target instanceof HTMLInputElement) return !['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
