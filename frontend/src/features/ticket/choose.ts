// Choosing words of a letter by keys. A page that is read has no caret, so what is chosen shows where one
// is: it begins with a word, plain arrows go from word to word, with Shift they take in more or less.
import { locale } from '$lib/language';

const letters = '[data-ref]';
const bodies = '[data-testid="entry-text"]';
const block = 'p,li,pre,blockquote,div';

/** The text of a body in one string, and where each of its nodes begins there. */
type Read = { text: string; nodes: { node: Text; at: number }[] };

function read(body: Element): Read {
  const nodes: Read['nodes'] = [];
  let text = '';
  let before: Element | null | undefined;
  const walk = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const node = n as Text;
    if (!node.data || node.parentElement?.closest('summary, details:not([open])')) continue;
    const stands = node.parentElement?.closest(block);
    if (stands !== before) {
      if (!node.data.trim()) continue; // blanks of the page between two paragraphs
      if (text) text += stands?.matches('li') && before?.matches('li') ? '\n' : '\n\n';
      before = stands;
    }
    nodes.push({ node, at: text.length });
    text += node.data;
  }
  return { text, nodes };
}

/** What is chosen of a body, by its places in the text; null for nothing. */
function chosenOf(r: Read): { from: number; to: number; back: boolean } | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  let from = -1;
  let to = -1;
  for (const { node, at } of r.nodes) {
    if (!range.intersectsNode(node)) continue;
    const begin = node === range.startContainer ? range.startOffset : 0;
    const end = node === range.endContainer ? range.endOffset : node.length;
    if (end <= begin) continue;
    if (from < 0) from = at + begin;
    to = at + end;
  }
  const back = selection.focusNode === range.startContainer && selection.focusOffset === range.startOffset;
  return from < 0 ? null : { from, to, back };
}

/** The letter the chosen words stand in, and they; null for none, and for those of several letters. */
export function chosenIn(root: ParentNode): { ref: number; text: string } | null {
  const found = [...root.querySelectorAll<HTMLElement>(letters)].flatMap((letter) =>
    [...letter.querySelectorAll(bodies)].flatMap((body) => {
      const r = read(body);
      const of = chosenOf(r);
      const text = of ? r.text.slice(of.from, of.to).trim() : '';
      return text ? [{ ref: Number(letter.dataset.ref), text }] : [];
    }),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

function show(r: Read, anchor: number, focus: number): void {
  const place = (at: number): [Text, number] | null => {
    const n = r.nodes.findLast((x) => x.at <= at) ?? r.nodes[0];
    return n ? [n.node, Math.min(Math.max(at - n.at, 0), n.node.length)] : null;
  };
  const [a, f] = [place(anchor), place(focus)];
  if (!a || !f) return;
  document.getSelection()?.setBaseAndExtent(...a, ...f);
  f[0].parentElement?.scrollIntoView?.({ block: 'nearest' });
}

const words = (text: string): { from: number; to: number }[] =>
  [...new Intl.Segmenter(locale(), { granularity: 'word' }).segment(text)].filter((s) => s.isWordLike).map((s) => ({ from: s.index, to: s.index + s.segment.length }));

/** Where a step of the given size leads from a place. */
function step(text: string, at: number, on: boolean, size: 'letter' | 'word' | 'line' | 'all'): number {
  if (size === 'all') return on ? text.length : 0;
  if (size === 'letter') {
    const clusters = [...new Intl.Segmenter(locale()).segment(text)].map((s) => s.index);
    return on ? (clusters.find((i) => i > at) ?? text.length) : (clusters.findLast((i) => i < at) ?? 0);
  }
  if (size === 'line') return on ? text.indexOf('\n', at + 1) + 1 || text.length : text.lastIndexOf('\n', at - 2) + 1;
  return on ? (words(text).find((w) => w.to > at)?.to ?? text.length) : (words(text).findLast((w) => w.from < at)?.from ?? 0);
}

/** Begins to choose in a letter: its first word. False where it has none. */
export function beginIn(letter: HTMLElement): boolean {
  const body = letter.querySelector(bodies);
  const r = body && read(body);
  const first = r && words(r.text)[0];
  if (!r || !first) return false;
  letter.focus({ preventScroll: true });
  show(r, first.from, first.to);
  return true;
}

/** The letter to choose in next: the one above that which has the focus, or the last. */
export function nextIn(root: ParentNode): HTMLElement | undefined {
  const all = [...root.querySelectorAll<HTMLElement>(letters)];
  const at = all.findIndex((l) => l === document.activeElement);
  return all[at > 0 ? at - 1 : all.length - 1];
}

/** A key while a letter has the focus. True when it was one that chooses. */
export function choose(event: KeyboardEvent, letter: HTMLElement): boolean {
  const body = letter.querySelector(bodies);
  if (!body || event.target !== letter) return false;
  const r = read(body);
  const of = chosenOf(r);
  const widely = event.ctrlKey || event.altKey || event.metaKey;
  if (event.key === 'Escape' && of) {
    document.getSelection()?.removeAllRanges();
    return true;
  }
  if (event.key === 'a' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    show(r, 0, r.text.length);
    return true;
  }
  const rtl = getComputedStyle(r.nodes[0]?.node.parentElement ?? body).direction === 'rtl';
  const way = { ArrowRight: !rtl, ArrowLeft: rtl, ArrowDown: true, ArrowUp: false, End: true, Home: false }[event.key];
  if (way === undefined || (!of && !event.shiftKey) || (!event.shiftKey && widely)) return false;
  if (!of) return beginIn(letter);
  const [anchor, focus] = of.back ? [of.to, of.from] : [of.from, of.to];
  const up = event.key === 'ArrowUp' || event.key === 'ArrowDown';
  const size = event.key === 'Home' || event.key === 'End' ? 'all' : up ? 'line' : widely ? 'word' : 'letter';
  if (event.shiftKey) {
    show(r, anchor, step(r.text, focus, way, size));
    return true;
  }
  // From word to word, as the eye goes.
  const all = words(r.text);
  const from = up ? step(r.text, way ? of.to : of.from, way, 'line') : of.from;
  const next = way ? (up ? all.find((w) => w.from >= from) : all.find((w) => w.from >= of.to)) : up ? all.find((w) => w.to > from) : all.findLast((w) => w.to <= of.from);
  const last = size === 'all' ? (way ? all.at(-1) : all[0]) : next;
  if (last) show(r, last.from, last.to);
  return true;
}
