import { IntlMessageFormat } from 'intl-messageformat';
import { program } from './program';

export type Language = 'en' | 'de' | 'ar';
/** What a person may choose; system is what the computer is set to. */
export type Choice = 'system' | Language;

type Lines = Record<string, string>;

/** Whose habits of dates and numbers go with it. Numbers of tickets are read aloud and typed, so Arabic keeps the digits 0 to 9. */
const locales: Record<Language, string> = { en: 'en-GB', de: 'de-DE', ar: 'ar-u-nu-latn' };

/** English is in the program, the others come when they are asked for. */
const lines: Record<Exclude<Language, 'en'>, () => Promise<{ default: Lines }>> = {
  de: () => import('./de.json'),
  ar: () => import('./ar.json'),
};

// There is one language in a window, and pure functions speak it as well as components do: it is
// not handed through every one of them.
let spoken = $state.raw<{ language: Language; lines: Lines }>({ language: 'en', lines: {} });
let wanted: Language = 'en';

/** The language that is spoken, for <html lang>. */
export const language = (): Language => spoken.language;

export const locale = (): string => locales[spoken.language];

/** Where its lines begin, for <html dir>. */
export const direction = (): 'ltr' | 'rtl' => (spoken.language === 'ar' ? 'rtl' : 'ltr');

/** The first language of the computer that is one of ours. */
function ofComputer(): Language {
  const known = navigator.languages.map((tag) => tag.split('-')[0] ?? '').find((tag) => tag in locales);
  return (known as Language | undefined) ?? 'en';
}

/** Speaks another language from now on. Of two that are asked for, the later is spoken. */
export async function speak(choice: Choice): Promise<void> {
  const next = choice in locales ? (choice as Language) : ofComputer();
  wanted = next;
  if (next === spoken.language) return;
  const loaded = next === 'en' ? {} : (await lines[next]()).default;
  if (wanted === next) spoken = { language: next, lines: loaded };
}

/** What stands behind the bar tells two meanings apart for who translates, and is not said. */
const plain = (key: string): string => key.replace(/\|[^|{}]*$/, '');

const compiled = new Map<string, IntlMessageFormat>();

function pattern(key: string): IntlMessageFormat {
  const line = spoken.lines[key];
  const at = line === undefined ? locales.en : locale();
  const id = `${at} ${line ?? key}`;
  let format = compiled.get(id);
  if (!format) compiled.set(id, (format = new IntlMessageFormat(line ?? plain(key), at, undefined, { ignoreTag: true })));
  return format;
}

export type Value = string | number | null | undefined;

const [isolate, popped] = [String.fromCodePoint(0x2068), String.fromCodePoint(0x2069)];

// What is put into a right-to-left sentence is mostly a name, a number or a time of the other
// direction: set apart, it does not turn its neighbours around.
const apart = (value: Value): Value => (direction() === 'rtl' && typeof value === 'string' && value ? isolate + value + popped : value);

/** A sentence of ours in the language of the window. Its values have names: t('Sent by {who}', { who }). */
export function t(key: string, values?: Record<string, Value>): string {
  if (!key.includes('{')) return spoken.lines[key] ?? plain(key);
  const put = Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, apart(value)]));
  try {
    return String(pattern(key).format(put));
  } catch {
    // A value that is missing leaves its name to be read, and not a hole where a button was.
    return plain(key);
  }
}

export type Piece<T> = string | T;

/** The same in pieces, for a sentence that holds more than words. */
export function parts<T>(key: string, values: Record<string, T>): Piece<T>[] {
  return pattern(key).formatToParts(values as never).map((part) => part.value as Piece<T>);
}

/** A table of words, each said in the language of the moment it is read. */
export function said<T extends Record<string, string>>(words: T): T {
  const table = {} as T;
  for (const [name, word] of Object.entries(words)) Object.defineProperty(table, name, { get: () => t(word), enumerable: true });
  return table;
}

const known = new Set(program);
const shapes = program
  .filter((key) => key.includes('{'))
  .map((key) => ({ key, names: [...key.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''), shape: new RegExp(`^${key.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '(.+)')}$`, 's') }));

/** What the program behind the window said, in its language if it is a sentence that is known; else as it was said. */
export function heard(text: string): string {
  if (spoken.language === 'en' || !text) return text;
  if (known.has(text)) return t(text);
  for (const { key, names, shape } of shapes) {
    const found = shape.exec(text);
    if (found) return t(key, Object.fromEntries(names.map((name, i) => [name, found[i + 1]])));
  }
  return text;
}
