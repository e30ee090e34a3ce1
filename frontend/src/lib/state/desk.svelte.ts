import { getContext, setContext } from 'svelte';
import { Actions } from '../actions/registry.svelte';
import type { Backend, CatchUp, Draft, Look } from '../backend';
import { lookOf, withLook } from '../look';
import { Chats } from './chats.svelte';
import { Clock } from './clock.svelte';
import { Line } from './connection.svelte';
import { Layout } from './layout.svelte';
import { List } from './list.svelte';
import { Marks } from './marks.svelte';
import { Notified } from './notified.svelte';
import { Outbox } from './outbox.svelte';
import { Phones } from './phones.svelte';
import { Queue } from './queue.svelte';
import { Selection } from './selection.svelte';
import { Session } from './session.svelte';
import { Tabs } from './tabs.svelte';
import { Views } from './views.svelte';

/** What fills the window, or the place where the ticket stands. */
export type Place = 'inbox' | 'new' | 'catchup' | 'board' | 'reports' | 'help';
/** What a new request begins with beside its draft: articles that did not help, who asks, and what is done once it is on its way. */
export type Beginning = { tried?: string[]; asks?: { id: string; name: string }; sent?: (ticket: string) => void };
/** What floats over it. */
export type Over = '' | 'find' | 'palette' | 'keys' | 'settings' | 'signin' | 'entitlements' | 'members' | 'away' | 'phones' | 'chat' | 'busy' | 'noted' | 'notified' | 'followed' | 'along' | 'archive' | 'saveview' | 'editview';

/** Everything the window knows, in controllers of one concept each. It keeps no truth: a reload loses nothing. */
export class Desk {
  readonly backend: Backend;
  readonly clock = new Clock();
  readonly layout = new Layout();
  readonly actions: Actions;
  readonly session: Session;
  readonly line: Line;
  readonly views: Views;
  readonly list: List;
  readonly selection: Selection;
  readonly marks: Marks;
  readonly tabs: Tabs;
  readonly outbox: Outbox;
  readonly notified: Notified;
  readonly queue: Queue;
  readonly phones: Phones;
  readonly chats: Chats;

  #place = $state<Place>('inbox');
  #over = $state<Over>('');
  #setting = $state('');
  #outboxOpen = $state(false);
  #detailsOpen = $state(true);
  #optionsOpen = $state(false);
  #catchUp = $state.raw<CatchUp | null>(null);
  #draft = $state.raw<Draft | null>(null);
  #held = $state('');
  #searched = $state('');
  #article = $state('');
  #begins = $state.raw<Beginning>({});
  /** What was looked for in Help. */
  articleWords = $state('');

  constructor(backend: Backend) {
    this.backend = backend;
    this.session = new Session(backend);
    this.actions = new Actions(() => this.session.settings);
    this.line = new Line(backend);
    this.views = new Views(backend);
    this.list = new List(backend);
    this.selection = new Selection(backend, this.list);
    this.tabs = new Tabs(backend, this.session, this.selection, this.layout);
    this.marks = new Marks(backend, this.list, this.selection);
    this.outbox = new Outbox(backend);
    this.notified = new Notified(backend);
    this.chats = new Chats(backend);
    this.queue = new Queue(backend, (ticket) => this.openTicket(ticket));
    this.phones = new Phones(backend);
  }

  get place(): Place {
    return this.#place;
  }
  get over(): Over {
    return this.#over;
  }
  get outboxOpen(): boolean {
    return this.#outboxOpen;
  }
  /** How the list being looked at is to be shown. */
  get look(): Look {
    return lookOf(this.session.settings, this.views.id, this.views.current?.saved);
  }
  /** Whether the choice of how the list is shown is open. */
  get optionsOpen(): boolean {
    return this.#optionsOpen;
  }
  /** Whether the details of the ticket stand at the side: wanted, and room for them. */
  get details(): boolean {
    return this.#detailsOpen && !this.layout.narrow && !this.#outboxOpen && !this.tabs.beside;
  }
  get catchUp(): CatchUp | null {
    return this.#catchUp;
  }
  /** The draft a new request goes on with, or null for an empty one. */
  get draft(): Draft | null {
    return this.#draft;
  }
  /** The outbox item whose two texts are being compared, or "". */
  get held(): string {
    return this.#held;
  }

  go(place: Place): void {
    this.#place = place;
    if (place !== 'new') this.#draft = null;
  }

  /** A new request, going on with a draft if one is given. */
  write(draft: Draft | null = null, begins: Beginning = {}): void {
    this.#draft = draft;
    this.#begins = begins;
    this.#place = 'new';
    this.#over = '';
  }

  get begins(): Beginning {
    return this.#begins;
  }

  /** The article that is open in Help, "" for none. */
  get article(): string {
    return this.#article;
  }

  /** What is done with the article that was asked for, once: going on with what is kept of it here, or showing what changed. */
  helpThen = $state<'writing' | 'changes' | ''>('');

  /** Help, at an article if one is named. */
  openHelp(article = this.#article, then: 'writing' | 'changes' | '' = ''): void {
    this.#article = article;
    this.helpThen = then;
    this.#place = 'help';
    this.#over = '';
  }

  /** The setting that was asked for by its name, "" for none. */
  get setting(): string {
    return this.#setting;
  }

  /** Opens the settings at one of them. */
  set(setting: string): void {
    this.show('settings');
    this.#setting = setting;
  }

  /** What was looked for, where that is to become a view; "" for what the list asks. */
  get searched(): string {
    return this.#searched;
  }

  /** What was looked for becomes a view of one's own. */
  keepSearch(text: string): void {
    this.show('saveview');
    this.#searched = text;
  }

  show(over: Over): void {
    this.#searched = '';
    this.#over = over;
    this.#setting = '';
  }

  compare(item: string): void {
    this.#held = item;
  }

  toggleOutbox(on = !this.#outboxOpen): void {
    this.#outboxOpen = on;
  }

  toggleOptions(on = !this.#optionsOpen): void {
    this.#optionsOpen = on;
  }

  /** Shows this list another way, and no other list. */
  async changeLook(part: Partial<Omit<Look, 'view'>>): Promise<void> {
    const before = this.look;
    const next = { ...before, ...part };
    await this.session.change({ looks: withLook(this.session.settings.looks, next, this.views.current?.saved) });
    if (next.sort !== before.sort) await this.list.reorder();
  }

  /** Ends the view being looked at, which can be undone. */
  async dropView(): Promise<void> {
    const view = this.views.current;
    if (!view?.saved?.may) return;
    this.#optionsOpen = false;
    await this.views.drop(view);
    await this.openView(this.views.id);
  }

  toggleDetails(on = !this.#detailsOpen): void {
    this.#detailsOpen = on;
    if (on) this.#outboxOpen = false;
  }

  /** Opens a row of the list. What the ticket's place showed instead makes room. */
  pick(ticket: string): void {
    if (this.#place === 'catchup') this.#place = 'inbox';
    this.selection.open(ticket);
  }

  /** Walks the list to a row, from wherever the person is in it. */
  async walk(to: { by: number } | { row: number }): Promise<void> {
    if (this.#place === 'catchup') this.#place = 'inbox';
    await ('by' in to ? this.selection.step(to.by) : this.selection.go(to.row));
  }

  /** Opens a ticket from wherever the person is, at an entry if one is named. */
  async openTicket(ticket: string, seq = 0): Promise<void> {
    this.#place = 'inbox';
    this.#over = '';
    this.selection.want(seq);
    await this.selection.show(ticket);
  }

  async openView(id: string): Promise<void> {
    if (this.#place === 'new' || this.#place === 'board' || this.#place === 'reports' || this.#place === 'help') this.#place = 'inbox';
    this.#optionsOpen = false;
    if (id !== this.views.id) this.marks.clear();
    this.views.choose(id);
    await this.list.open(id);
  }

  async seenCatchUp(): Promise<void> {
    this.#catchUp = null;
    if (this.#place === 'catchup') this.#place = 'inbox';
    await this.backend.catchUpSeen();
  }

  /** Follows everything Go tells until the returned function is called. */
  listen(): () => void {
    const stops = [
      this.session.listen(),
      this.line.listen(),
      this.views.listen(),
      this.list.listen(),
      this.outbox.listen(),
      this.notified.listen(),
      this.tabs.listen(),
      this.backend.on('boot', () => void this.phones.load()),
      this.backend.on('catchup', (c) => this.#offer(c)),
      this.backend.on('open', (e) => {
        if (e?.ticket) void this.openTicket(e.ticket);
        if (e?.article) this.openHelp(e.article, 'changes');
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Everything the inbox needs, once the session is ready. */
  async load(): Promise<void> {
    const rows = this.views.load().then(() => this.list.open(this.views.id));
    await Promise.all([rows, this.line.load(), this.outbox.load(), this.notified.load(), this.phones.load()]);
    this.#offer(await this.backend.catchUp());
    await this.tabs.load();
  }

  /** A catch-up fills the place only when nobody is in the middle of something. */
  #offer(c: CatchUp | null): void {
    if (!c || (c.needsYou.length === 0 && c.done.length === 0 && c.others === 0)) return;
    this.#catchUp = c;
    if (this.#place === 'inbox' && !this.selection.ticket) this.#place = 'catchup';
  }
}

const KEY = Symbol('desk');

export const provideDesk = (desk: Desk): Desk => setContext(KEY, desk);

/** The desk of the window this component stands in. */
export function useDesk(): Desk {
  const desk = getContext<Desk | undefined>(KEY);
  if (!desk) throw new Error('useDesk: no Desk above this component; App.svelte or the test must call provideDesk');
  return desk;
}
