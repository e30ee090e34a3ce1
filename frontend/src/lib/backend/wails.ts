import { t } from '../language';
import type { Backend, Events, Fault } from './types';

// The only place that knows Wails. The bound object is window.go.app.API; its
// methods carry Go's names, so signIn is SignIn there.

type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>;
type Runtime = {
  EventsOn(name: string, fn: (payload: unknown) => void): () => void;
  OnFileDrop(fn: () => void, useDropTarget: boolean): void;
};
type WailsWindow = { go?: { app?: { API?: Bound } }; runtime?: Runtime };

const win = globalThis as unknown as WailsWindow;

/** Whether the page stands in the program's own window. */
export const inWails = (): boolean => Boolean(win.go?.app?.API && win.runtime);

/** Every rejection becomes a Fault, whatever was thrown. */
export function asFault(thrown: unknown): Fault {
  if (typeof thrown === 'string') {
    try {
      const parsed: unknown = JSON.parse(thrown);
      if (parsed && typeof parsed === 'object') return asFault(parsed);
    } catch {
      return { code: 'internal', message: thrown, hint: '', field: '' };
    }
  }
  // Wails makes an Error of the text that Go gave.
  if (thrown instanceof Error) return asFault(thrown.message);
  if (thrown && typeof thrown === 'object' && 'message' in thrown) {
    const some = thrown as Partial<Fault>;
    return { code: some.code ?? 'internal', message: some.message ?? '', hint: some.hint ?? '', field: some.field ?? '' };
  }
  return { code: 'internal', message: t('Something went wrong inside the program.'), hint: t('Try it once more.'), field: '' };
}

/** Lists and objects that Go left out arrive as null; the page expects them empty only where types.ts says so. */
async function call(bound: Bound, name: string, args: unknown[]): Promise<unknown> {
  const method = bound[name];
  if (!method) throw asFault(`This window and its program do not fit together: ${name} is missing.`);
  try {
    return await method(...args);
  } catch (thrown) {
    throw asFault(thrown);
  }
}

/**
 * Keeps the engine from its own answer to a dropped file, which is to write the
 * path into the field or to leave for the file. WebKitGTK calls a file a list of
 * addresses. The address of a page may still be dropped into a field.
 */
export function guardDrops(on: Pick<Window, 'addEventListener'>): void {
  const carries = (data: DataTransfer | null): boolean => Boolean(data && (data.types.includes('Files') || data.types.includes('text/uri-list')));
  on.addEventListener('dragover', (event) => {
    if (carries(event.dataTransfer)) event.preventDefault();
  });
  on.addEventListener('drop', (event) => {
    if (!carries(event.dataTransfer)) return;
    const address = event.dataTransfer?.getData('text/uri-list') ?? '';
    const field = event.target instanceof Element && event.target.closest('input, textarea') !== null;
    if (!field || !/^https?:/i.test(address)) event.preventDefault();
  });
}

export function wailsBackend(): Backend {
  const bound = win.go?.app?.API;
  const runtime = win.runtime;
  if (!bound || !runtime) throw new Error('no Wails runtime');
  guardDrops(window);
  // Go takes the paths of dropped files; on Windows only this hands them over.
  runtime.OnFileDrop(() => undefined, false);
  const on = <E extends keyof Events>(event: E, fn: (payload: Events[E]) => void) =>
    runtime.EventsOn(event, (payload) => fn(payload as Events[E]));
  return new Proxy({ on } as unknown as Backend, {
    get(target, key) {
      if (key === 'on' || typeof key !== 'string' || key === 'then') return Reflect.get(target, key);
      const name = key.charAt(0).toUpperCase() + key.slice(1);
      return (...args: unknown[]) => call(bound, name, args);
    },
  });
}
