import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseKeys, pressed, strikes, writeKeys } from './keys';
import { Actions, type Action } from './registry.svelte';

let actions: Actions;
let ran: string[];
const action = (id: string, keys: string[], more: Partial<Action> = {}): Action => ({ id, label: id, group: 'Test', keys, run: () => ran.push(id), ...more });

function press(key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.addEventListener('keydown', (e) => actions.handle(e as KeyboardEvent), { once: true });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  actions = new Actions();
  ran = [];
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

test('a key runs its action and is used up', () => {
  actions.add([action('next', ['j'])]);
  expect(press('j').defaultPrevented).toBe(true);
  expect(press('x').defaultPrevented).toBe(false);
  expect(ran).toEqual(['next']);
});

test('nothing fires while typing', () => {
  actions.add([action('next', ['j']), action('send', ['Mod+Enter'], { typing: true })]);
  for (const tag of ['input', 'textarea', 'select']) {
    const field = document.body.appendChild(document.createElement(tag));
    expect(press('j', {}, field).defaultPrevented).toBe(false);
  }
  const rich = document.body.appendChild(document.createElement('div'));
  rich.setAttribute('contenteditable', 'true');
  press('j', {}, rich);
  expect(ran).toEqual([]);
  press('Enter', { ctrlKey: true }, document.querySelector('textarea') as Element);
  expect(ran).toEqual(['send']);
});

test('nothing fires while an input method composes', () => {
  actions.add([action('next', ['j']), action('send', ['Mod+Enter'], { typing: true })]);
  press('j', { isComposing: true });
  press('Process', { keyCode: 229 } as KeyboardEventInit);
  press('j', { keyCode: 229 } as KeyboardEventInit);
  press('Enter', { ctrlKey: true, isComposing: true });
  expect(ran).toEqual([]);
});

test('two keys in a row are one action, and a slow second is not', () => {
  actions.add([action('mine', ['g m']), action('m', ['m'])]);
  const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
  press('g');
  press('m');
  expect(ran).toEqual(['mine']);
  press('g');
  now.mockReturnValue(9000);
  press('m');
  expect(ran).toEqual(['mine', 'm']);
});

test('a modifier that is not asked for is not taken', () => {
  actions.add([action('new', ['n']), action('newer', ['Mod+n']), action('turn', ['Shift+e']), action('keys', ['?'])]);
  press('n', { altKey: true });
  press('N', { shiftKey: true });
  expect(ran).toEqual([]);
  press('n', { ctrlKey: true });
  press('E', { shiftKey: true });
  press('?', { shiftKey: true });
  expect(ran).toEqual(['newer', 'turn', 'keys']);
});

test('a dialog keeps the window’s keys to itself, zoom works over it', () => {
  actions.add([action('next', ['j']), action('zoom', ['Mod+0'], { scope: 'always' })]);
  const dialog = document.body.appendChild(document.createElement('dialog'));
  dialog.setAttribute('open', '');
  press('j');
  press('0', { ctrlKey: true });
  expect(ran).toEqual(['zoom']);
});

test('list keys belong to the list; elsewhere they keep their meaning', () => {
  actions.add([action('down', ['ArrowDown'], { scope: 'list' })]);
  const list = document.body.appendChild(document.createElement('div'));
  list.dataset.scope = 'list';
  const button = document.body.appendChild(document.createElement('button'));
  press('ArrowDown', {}, button);
  expect(ran).toEqual([]);
  press('ArrowDown', {}, list);
  expect(ran).toEqual(['down']);
});

test('what is removed no longer fires, and a later action stands before an earlier', () => {
  actions.add([action('old', ['r'])]);
  const remove = actions.add([action('new', ['r'])]);
  press('r');
  remove();
  press('r');
  expect(ran).toEqual(['new', 'old']);
});

test('an action whose time has not come lets the key pass', () => {
  actions.add([action('solve', ['e'], { when: () => false })]);
  expect(press('e').defaultPrevented).toBe(false);
  actions.run('solve');
  expect(ran).toEqual([]);
});

test('keys are written as on the keyboard', () => {
  expect(['j', 'g m', 'Mod+Enter', 'Shift+e', 'Mod+=', '?', 'PageDown', 'Mod++'].map(writeKeys)).toEqual(['J', 'G M', 'Ctrl ⏎', 'Shift E', 'Ctrl =', '?', 'PgDn', 'Ctrl +']);
  const plus = parseKeys('Mod++')[0];
  expect(plus && strikes(plus, new KeyboardEvent('keydown', { key: '+', ctrlKey: true, shiftKey: true }))).toBe(true);
});

test('half a sign of a dead key, and what an input method keeps, are no keys', () => {
  actions.add([action('quote', ['´']), action('j', ['j']), action('gj', ['g j'])]);
  press('g');
  press('Dead');
  press('Process');
  press('Unidentified');
  press('AltGraph');
  press('j');
  expect(ran).toEqual(['gj']);
});

test('a keyboard of another script has the keys where they lie', () => {
  actions.add([action('next', ['j']), action('correct', ['Alt+r'])]);
  press('ت', { code: 'KeyJ' });
  press('®', { code: 'KeyR', altKey: true });
  expect(ran).toEqual(['next', 'correct']);
});

test('the person’s keys stand for the usual ones, none switch them off', () => {
  const chosen = { keys: [{ action: 'next', keys: ['Mod+j'] }, { action: 'previous', keys: [] as string[] }], quietKeys: false };
  actions = new Actions(() => chosen);
  actions.add([action('next', ['j']), action('previous', ['k'])]);
  press('j');
  press('k');
  press('j', { ctrlKey: true });
  expect(ran).toEqual(['next']);
  expect([actions.keys('next'), actions.keys('previous')]).toEqual(['Ctrl J', undefined]);
  expect(actions.having('Mod+j').map((a) => a.id)).toEqual(['next']);
  expect(actions.having('k')).toEqual([]);
});

test('without keys of one letter only those with Ctrl or Alt and the named ones do anything', () => {
  actions = new Actions(() => ({ keys: [], quietKeys: true }));
  actions.add([action('next', ['j', 'Mod+j']), action('mine', ['g m']), action('down', ['PageDown']), action('all', ['?'])]);
  for (const key of ['j', 'g', 'm', '?', 'PageDown']) press(key);
  press('j', { ctrlKey: true });
  expect(ran).toEqual(['down', 'next']);
  expect(actions.keys('next')).toBe('Ctrl J');
});

test('what is pressed is written in the grammar of keys', () => {
  const of = (key: string, init: KeyboardEventInit = {}) => pressed(new KeyboardEvent('keydown', { key, ...init }));
  expect([of('J', { shiftKey: true }), of('?', { shiftKey: true }), of('k', { ctrlKey: true }), of('PageDown', { shiftKey: true }), of('Dead'), of('Shift'), of(' '), of('k', { metaKey: true })])
    .toEqual(['Shift+j', '?', 'Mod+k', 'Shift+PageDown', undefined, undefined, undefined, undefined]);
});
