import type { Fault, Me, QueryInfo, QueryPart, SavedInfo, Saving, ViewInfo } from '..';
import { departments, person } from './people';
import type { FakeTicket } from './world';

export type FakeView = { id: string; info: SavedInfo };

const operators: Record<string, string[]> = {
  is: ['open', 'done', 'new', 'solved', 'mine', 'unread', 'waiting'], assignee: ['me', 'none', 'jonas', 'anna'], dept: departments.map((d) => d.id), tag: ['dns', 'quota', 'backup'], priority: ['low', 'normal', 'high', 'emergency'], from: ['me'], before: ['7d', '2w'], after: ['7d', '2w'],
};

/** As far as the fake desk understands a query: words and a few operators that must all hold. */
export function fits(query: string, t: FakeTicket, me: Me): boolean {
  return (query.match(/-?[^\s"]*"[^"]*"|\S+/g) ?? []).every((part) => {
    const not = part.startsWith('-');
    const [op = '', value = ''] = part.slice(not ? 1 : 0).replaceAll('"', '').split(':');
    const open = t.status !== 'solved' && t.status !== 'closed';
    const has = value === '' ? t.subject.toLowerCase().includes(op.toLowerCase())
      : op === 'is' ? { open, done: !open, mine: t.owner === me.id, unassigned: t.owner === '' }[value] ?? t.status === value
      : op === 'tag' ? t.tags.includes(value) : op === 'dept' ? t.department === value : op === 'priority' ? t.priority === value
      : op === 'assignee' ? t.owner === (value === 'me' ? me.id : value === 'none' ? '' : value) : op === 'from' ? person(t.requester).name.toLowerCase().includes(value.toLowerCase()) : true;
    return has !== not;
  });
}

/** Saved views of the fake desk. */
export abstract class FakeSaving implements Saving {
  abstract readonly me: Me;
  savedViews: FakeView[] = [];
  abstract sortNow(): void;

  saveView: Saving['saveView'] = async (id, view) => {
    const fault: Fault = { code: 'invalid', message: 'The view has no name.', hint: 'Write a short one, as it is to stand on the left.', field: 'name' };
    if (!view.name.trim()) throw fault;
    const key = id || `view:${this.savedViews.length + 1}`;
    const kept = { id: key, info: { ...view, name: view.name.trim(), query: view.query.trim(), may: true } };
    const there = this.savedViews.some((v) => v.id === key);
    this.savedViews = there ? this.savedViews.map((v) => (v.id === key ? kept : v)) : [...this.savedViews, kept];
    this.sortNow();
    return key;
  };
  dropView: Saving['dropView'] = async (id) => {
    this.savedViews = this.savedViews.filter((v) => v.id !== id);
    this.sortNow();
  };
  moveView: Saving['moveView'] = async (id, up) => {
    const at = this.savedViews.findIndex((v) => v.id === id);
    const all = [...this.savedViews];
    const [moved] = all.splice(at, 1);
    if (moved) all.splice(Math.max(0, up ? at - 1 : at + 1), 0, moved);
    this.savedViews = all;
    this.sortNow();
  };
  readQuery: Saving['readQuery'] = async (text, cursor) => read(text, cursor);
}

function read(text: string, cursor: number): QueryInfo {
  const out: QueryInfo = { normal: text.trim(), faults: [], parts: [], from: cursor, to: cursor, offers: [] };
  for (const m of text.matchAll(/-?[^\s"]*"[^"]*"?|\S+/g)) {
    const part = m[0];
    const not = part.startsWith('-');
    const [op = '', value] = part.slice(not ? 1 : 0).split(':');
    const place = { at: m.index, len: part.length };
    if ((part.match(/"/g) ?? []).length === 1) out.faults.push({ at: m.index + part.indexOf('"'), len: 1, message: 'This quotation mark has no end.', hint: 'Write " where the phrase ends.' });
    else if (value !== undefined && !(op in operators)) out.faults.push({ at: m.index, len: op.length + 1, message: `There is no operator “${op}:”.`, hint: op === 'asignee' ? 'It is looked for as a word. Did you mean “assignee:”?' : 'It is looked for as a word. Choose one of the list, or put it in quotation marks.' });
    const kind: QueryPart['kind'] = value === undefined ? (part.includes('"') ? 'phrase' : 'word') : 'field';
    out.parts.push({ ...place, text: part, kind, not });
    if (cursor > m.index && cursor <= m.index + part.length) {
      out.to = cursor;
      out.from = value === undefined ? m.index + (not ? 1 : 0) : m.index + part.indexOf(':') + 1;
      const typed = text.slice(out.from, cursor).toLowerCase();
      const all = value === undefined ? Object.keys(operators).map((o) => `${o}:`) : operators[op] ?? [];
      out.offers = all.filter((o) => o.startsWith(typed) && o !== typed).slice(0, 8).map((o) => ({ text: o, name: value === undefined ? '' : departments.find((d) => d.id === o)?.name ?? '' }));
    }
  }
  return out;
}

/** The saved views as the rail has them. */
export const savedFor = (views: FakeView[], me: Me): (Pick<ViewInfo, 'id' | 'title' | 'icon' | 'group' | 'empty' | 'saved'> & { in: (t: FakeTicket) => boolean })[] =>
  views.map((v) => ({
    id: v.id, title: v.info.name, icon: v.info.department ? 'users-round' : 'list-filter', group: 'saved', empty: 'Nothing is in this view.', saved: v.info,
    in: (t) => (me.role !== 'customer' || t.requester === me.id) && fits(v.info.query, t, me),
  }));
