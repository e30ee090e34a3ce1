import type { Backend } from './types';
import { inWails, wailsBackend } from './wails';

export { asFault } from './wails';
export type * from './outlook';
export type * from './place';
export type * from './types';
export type * from './along';
export type * from './calls';
export type * from './evidence';
export type * from './keeping';
export type * from './knowledge';
export type * from './live';
export type * from './many';
export type * from './members';
export type * from './misuse';
export type * from './noted';
export type * from './saved';
export type * from './notified';
export type * from './settings';
export type * from './reports';
export type * from './running';
export type * from './searching';
export type * from './viewing';

/** The program's own backend, or the fake desk where there is no program around the page. */
export async function connect(): Promise<Backend> {
  const query = new URLSearchParams(globalThis.location?.search ?? '');
  if (inWails() && !query.has('fake')) return wailsBackend();
  const { fakeBackend } = await import('./fake');
  return fakeBackend(query);
}
