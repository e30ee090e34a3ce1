import type { Backend, Boot, Connection } from '../types';
import type { Settings } from '../settings';
import { FakeDesk, type Options } from './desk';

export { FakeDesk } from './desk';

/** The fake desk as the address says: ?as=customer&state=offline&rows=100000&boot=signed_out&theme=dark … */
export function fakeBackend(query: URLSearchParams): Backend {
  const given: Partial<Options> = {};
  const text = <K extends keyof Options>(key: K) => {
    const value = query.get(key);
    if (value !== null) Object.assign(given, { [key]: value });
  };
  text('as');
  const language = query.get('lang') as Settings['language'] | null;
  if (language) given.language = language;
  const boot = query.get('boot') as Boot['state'] | null;
  const state = query.get('state') as Connection['state'] | null;
  const theme = query.get('theme') as Settings['theme'] | null;
  if (boot) given.boot = boot;
  if (state) given.state = state;
  if (theme) given.theme = theme;
  for (const key of ['rows', 'filling', 'slow'] as const) if (query.has(key)) given[key] = Number(query.get(key));
  for (const key of ['empty', 'catchup', 'topics'] as const) given[key] = query.has(key);
  const desk = new FakeDesk(given);
  (globalThis as Record<string, unknown>).__fake = desk;
  return desk;
}
