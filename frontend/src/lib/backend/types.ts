import type { GrantInfo, Keeping, KeepInfo, Picked } from './keeping';
import type { CC } from './place';
import type { FixInfo, Planning, WorkInfo } from './planning';
import type { Noting } from './noted';

export type { Noting, WaitingCall } from './noted';
export type { AwayInfo, FixInfo, FixState, Planning, WorkInfo } from './planning';

import type { DepartmentCard, OutlookInfo } from './outlook';
import type { AlongInfo, AlongView } from './along';
import type { CallInfo, EscalationInfo, PathStep, PhoneBook } from './calls';
import type { PlaceInfo } from './place';
import type { Board, ChatsView, LiveView } from './live';
import type { Followed, FollowInfo, FollowLevel, Member, MemberAccess } from './members';
import type { Plenty } from './many';
import type { Viewing } from './viewing'; import type { SavedInfo, Saving } from './saved'; import type { Resembles, Searching } from './searching'; import type { ArticleRow, HelpEvents, Knowing } from './knowledge';
import type { MisuseInfo, Standing } from './misuse'; import type { Gathering } from './evidence';
import type { Settings } from './settings';
import type { Notifying } from './notified';
import type { Reporting } from './reports';
import type { MenuEvents, Running } from './running';

// What the page and Go say to each other. Go's mirror is in app/*.go; both change together.
// Times are RFC 3339 strings, "" when there is none. Texts from people are plain strings or blocks, never HTML.

export type Role = 'customer' | 'engineer' | 'lead' | 'admin';
export type Status =
  | 'new' | 'triage' | 'in_progress' | 'waiting_customer' | 'waiting_third_party' | 'on_hold' | 'solved' | 'closed';
export type Priority = '' | 'low' | 'normal' | 'high' | 'emergency';
/** Something that worked before, or something new or changed; '' while nobody said. */
export type TicketType = '' | 'incident' | 'request' | 'problem';
/** What a customer answered when they chose a high urgency; all of it may be empty. */
export type Claim = { down: string; since: string; impact: '' | 'one' | 'several' | 'site' | 'everyone'; severity: '' | 'inconvenience' | 'degraded' | 'stopped' };
export type Urgency = '' | 'question' | 'normal' | 'high' | 'emergency';
/** Whose turn it is; see LOOK "Whose turn". */
export type Turn = 'yours' | 'nobody' | 'colleague' | 'customer' | 'with_us' | 'third_party' | 'hold' | 'snoozed' | 'solved';

/** Every rejected promise carries this. */
export type Fault = { code: string; message: string; hint: string; field: string };

export type Me = { id: string; name: string; role: Role; departments: string[]; orgs: { id: string; name: string; access: string; admin: boolean; archive: boolean }[] };

export type Boot = {
  /** signed_out: show sign-in; locked: ask for the password (no keyring); ready: show the inbox; problem: cannot go on. */
  state: 'signed_out' | 'locked' | 'ready' | 'problem';
  profile: string;
  version: string;
  server: string;
  person: string;
  desk: string;
  phone: string;
  me: Me | null;
  /** Where the key lies: keyring, or password when this computer has no keyring. */
  keyring: 'keyring' | 'password';
  problem: Fault | null;
  /** Something that went wrong earlier and was dealt with, such as a damaged cache that is being loaded anew. */
  notice: string;
  settings: Settings;
};

/** Orders keep the sections. queue is the usual one: by priority and waiting longest for staff, newest activity first for customers. */
export type Sort = 'queue' | 'newest' | 'oldest' | 'number' | 'due' | 'colleague';
export type Density = 'roomy' | 'compact';
export type Column = 'status' | 'org' | 'department' | 'age' | 'owner' | 'due' | 'flags';
/** How the person wants a list shown. */
export type Look = { view: string; sort: Sort; density: Density; columns: Column[] };

export type Connection = {
  state: 'offline' | 'connecting' | 'syncing' | 'live' | 'refused';
  /** As of when the local copy is known to be whole; shown as "As of 13:40". */
  asOf: string;
  since: string;
  /** When the next attempt is made, "" while there is none to wait for. */
  retry: string;
  /** First sync: tickets here and in all; both 0 when not syncing. */
  done: number;
  total: number;
  fault: Fault | null;
  /** Items in the outbox: waiting to go, and needing the person. */
  waiting: number;
  needsYou: number;
  /** Tickets on this computer and how far back they go. */
  tickets: number;
  oldest: string;
  unread: number;
};

export type ViewInfo = {
  id: string; title: string; icon: string;
  /** Rail group: '' (top), waiting, departments, shared. */
  group: string;
  total: number; needs: number; unread: number; /** Set for one that somebody saved. */ saved?: SavedInfo | null;
  /** What an empty list says. */
  empty: string;
};

export type Section = { /** needs, waiting or solved; in a list by who asked, with a slash and whom after it. */ id: string; title: string; start: number; count: number };

export type Row = {
  id: string;
  /** "#20418" with check digit, or the speakable reference while it has no number. */
  number: string;
  subject: string;
  status: Status; turn: Turn; priority: Priority;
  who: string; org: string;
  /** Customers: one plain line such as "Anna is looking at it". */
  story: string;
  /** Initials and name of the assignee; mine is true when it is me. */
  owner: { id: string; name: string; initials: string; mine: boolean } | null;
  department: string;
  updated: string; waitingSince: string; due: string; dueKind: string;
  /** 0..1 of the time already used up, for the pie; 0 when there is no deadline. */
  dueUsed: number;
  unread: boolean; draft: boolean; queued: boolean; attention: boolean; files: boolean; private: boolean;
  /** The team's own words for what it is about; none for customers. */
  tags: string[];
  /** While somebody is called to it. */
  called: '' | 'emergency' | 'escalated';
};

/** sort is the order the rows are in. One just chosen comes with an event, as soon as it is there. */
export type RowPage = { view: string; sort: Sort; version: number; total: number; needs: number; sections: Section[]; from: number; rows: Row[] };

/** A message body as typed blocks; a hidden quote is folded, never dropped. */
export type Span = { text: string; style?: 'code' | 'strong' | 'em' | 'link'; href?: string };
export type Block =
  | { kind: 'p'; spans: Span[] }
  | { kind: 'list'; ordered: boolean; items: Span[][] }
  | { kind: 'quote'; folded: boolean; blocks: Block[] }
  | { kind: 'code'; text: string };

export type FileInfo = {
  hash: string; name: string; size: number; type: string;
  /** here: on this computer; there: at the server; up/down: moving, see progress 0..1; missing: the copy here was lost. */
  state: 'here' | 'there' | 'up' | 'down' | 'missing' | 'gone';
  progress: number;
  /** Path of a preview to use as <img src>, or "". */
  preview: string;
};

export type Receipt = {
  /** draft is not an entry; see Draft. */
  state: 'queued' | 'sent' | 'confirmed' | 'seen' | 'held' | 'conflict' | 'refused';
  queuedAt: string; sentAt: string; confirmedAt: string;
  seenBy: string; seenAt: string;
  /** SHA-256 the server stored, for who wants proof. */
  hash: string;
  /** What it waits for, when queued: "goes out when the file is up". */
  waits: string;
  /** When it goes out; until then it can be taken back. "" when nothing holds it. */
  until: string;
  fault: Fault | null;
};

export type EntryView = {
  id: string; seq: number;
  kind: string; internal: boolean;
  author: { id: string; name: string; initials: string; me: boolean; staff: boolean; role: string };
  at: string; claimed: string;
  blocks: Block[]; text: string;
  files: FileInfo[];
  /** For changes, calls and chats: one plain sentence ("Anna passed this from Care to Mail & DNS. Tried: MX, quota."). */
  line: string;
  /** Only on own entries. */
  receipt: Receipt | null;
  /** The outbox item behind a pending entry, or "". */
  outbox: string;
  to: string;
  fresh: boolean;
  /** One's own thanks, which left solved what was: one may still say that it is not. */
  thanks: boolean;
  /** What it asks, as that stands now, and what it answers. */
  asks: AskInfo[]; answers: AskInfo[];
  /** What a reply names it by, 0 where none can; and the message it takes up or corrects itself. */
  ref: number; about: About | null;
};

/** A message as it stands above the one that takes it up. */
export type About = { ref: number; name: string; me: boolean; at: string; text: string; corrects: boolean };

/** Of a question answered or cannot, of a step worked, did_not or could_not; "" while it is open. */
export type AskState = '' | 'answered' | 'cannot' | 'worked' | 'did_not' | 'could_not' | 'dropped';

/** A question to the customer, or a step they are to try. */
export type AskInfo = { id: string; text: string; step: boolean; required: boolean; state: AskState; answer: string; by: string; at: string };

export type NewAsk = { text: string; step: boolean; required: boolean };
export type AnswerTo = { ask: string; state: AskState; text: string };
/** What goes along with the text of a reply. */
export type Beside = { asks: NewAsk[]; answers: AnswerTo[]; refers: number; corrects: boolean; also?: Also };
/** What happens with a reply, as a macro brings it; all of it may be empty. What stands in a From is what its author saw. */
export type Also = { then: Status | ''; addTags: string[]; removeTags: string[]; assign: string; assignFrom: string; priority: Priority; priorityFrom: Priority };
/** A ready answer; text is its beginning. */
export type Macro = { id: string; title: string; text: string };

export type Option = { id: string; name: string; hint: string };

export type TicketView = {
  row: Row;
  entries: EntryView[];
  /** Seq of the oldest entry given; 1 when all are here. */
  firstSeq: number; lastSeq: number;
  requester: { id: string; name: string; initials: string; title: string; org: string; phone: string; /** Other numbers and addresses; [] for customers. */ reach: string[]; /** Who they were here, too, before they were merged; [] for customers. */ also: string[] };
  ccs: CC[]; ccsReadAll: boolean; // whoever is put in copy reads all of it without being let
  begins: number; // seq of the first entry the reader has; above 1 for who was put in copy later
  /** Staff who work on it beside the one who has it. */
  helpers: { id: string; name: string; me: boolean }[];
  /** Whom a public message reaches. */
  goesTo: Recipient[];
  /** Of a step still to come, due is by when it is promised; note what else is known, such as "usually within 40 minutes". */
  steps: { kind: string; title: string; at: string; by: string; note: string; due: string; state: 'done' | 'now' | 'next' }[];
  refs: { kind: string; id: string; label: string; verified: boolean }[];
  /** What the person may do now; absent means no. */
  can: { reply: boolean; note: boolean; close: boolean; reopen: boolean; assign: boolean; refer: boolean; status: boolean; priority: boolean; ccs: boolean; helpers: boolean; rename: boolean; type: boolean; tags: boolean; language: boolean; topic: boolean; fill: boolean; rate: boolean; private: boolean; tell: boolean; skip: boolean; merge: boolean; split: boolean; join: boolean; ask: boolean; answer: boolean; promise: boolean; snooze: boolean; hold: boolean; grant: boolean; askLarge: boolean; escalate: boolean; acknowledge: boolean; deescalate: boolean; again: boolean; workaround: boolean; judge: boolean; fix: boolean };
  /** Why the composer says what it says: "This is solved. Writing opens it again." or "". */
  composerHint: string;
  departmentName: string; assigneeName: string; resolution: string; solvedAtCare: boolean;
  claim: Claim;
  /** A priority the team is asked to confirm, and why; null for everybody else. */
  proposal: { priority: Priority; why: string } | null;
  filed: FiledInfo;
  wanted: WantedInfo;
  urgency: Urgency; type: TicketType; holdUntil: string; private: boolean;
  /** Who can read this, in words. */
  readers: string[];
  present: { id: string; name: string; initials: string; writing: boolean }[];
  /** The person's own saved draft here, if any. */
  reply: Draft | null; note: Draft | null;
  /** Its questions and steps, oldest first. */
  asks: AskInfo[];
  /** What a message of one's own does beside being one: asks where it may be the same trouble still or again, recurs where it can only be a new request. */
  writing: '' | 'reopens' | 'asks' | 'recurs';
  /** Why it ended, in words. */
  cause: string;
  /** Other tickets it belongs to, as far as the reader has them. */
  links: LinkInfo[];
  /** What the requester was asked of how it was, and said; asked is "" for never. */
  rating: { asked: string; score: '' | 'good' | 'bad'; comment: string; at: string };
  together: Together;
  /** The language of what the customer writes, as a code; "" while it is not known, and for customers. */
  language: string;
  /** How often it was opened again; 0 for customers. */
  reopened: number;
  outlook: OutlookInfo;
  cover: Cover | null;
  /** What the customer was promised, oldest first. */
  promises: PromiseInfo[];
  /** Set while the team has put it aside; null for customers. */
  following: FollowInfo[];
  snooze: { until: string; answer: boolean; reason: string; by: string } | null; /** Articles that did not help whoever asked; the team's. */ tried: ArticleRow[];
  /** How long it is kept once closed; null where there is nothing to say. */
  keep: KeepInfo | null;
  grant: GrantInfo | null;
  /** Who is called because it is an emergency, and where an escalation stands; null for neither. */
  page: CallInfo | null;
  escalation: EscalationInfo | null;
  /** Whom an escalation goes to, as it stands now; [] where nobody is named. */
  path: PathStep[];
  /** The chat that is going on, null for none. */
  live: LiveView | null;
  /** A way around the trouble and what the customer says of it; pending: it works, and the fix is to come. */
  workaround: { text: string; ref: number; by: string; verdict: Verdict; why: string; pending: boolean } | null;
  fix: FixInfo | null;
  /** For whoever decides the priority, where something was called urgent or counts. */
  misuse: MisuseInfo | null;
  work: WorkInfo | null;
  along: AlongInfo | null;
  /** That whoever has it is away, and who stands in; the team's. */
  away: string;
};


/** What a ticket was opened under. lapsed: it promises nothing, and why. counts: what the reply is due by. */
export type Cover = { product: string; level: string; release: string; hours: string; targets: string[]; until: string; lapsed: '' | 'ended' | 'to_come' | 'unknown'; why: string; counts: '' | 'entitlement' | 'department' };

/** What the person or their organization may expect for a product. org: who holds it, "" for the person themselves. */
export type Entitlement = {
  id: string; org: string; holder: string; product: string; level: string; department: string; departmentName: string; hours: string; targets: string[];
  /** 0 for as many requests as come. */
  quota: number; used: number;
  /** end is the first moment it is not good any more. */
  start: string; end: string;
  contacts: string[];
  /** Whether the person may use it. */
  mine: boolean;
  lapsed: '' | 'ended' | 'to_come'; warnings: ('quota' | 'spent' | 'ending')[];
};

/** now: what it is called by now, "" while unchanged; gone: it is held no more. */
export type ObjectInfo = { kind: string; id: string; label: string; verified: boolean; now: string; gone: boolean; tickets: { ticket: string; number: string; subject: string; status: string; updated: string }[] };
export type Recipient = { id: string; name: string; role: 'requester' | 'engineer' | 'helper' | 'cc' | 'team'; outside: boolean };
/** works, partly, cannot, or stopped after it had worked; '' while nothing was said. */
export type Verdict = '' | 'works' | 'partly' | 'cannot' | 'stopped';

/** A promise to the customer; missed once it was not kept in time. ended: with its ticket. */
export type PromiseInfo = { id: string; text: string; due: string; by: string; mine: boolean; state: '' | 'kept' | 'withdrawn' | 'ended'; missed: boolean };

/** What becomes of a promise; passed only at a handover. A reason for taking one back is read by the customer. */
export type PromiseDecision = { promise: string; state: 'kept' | 'withdrawn' | 'passed'; reason: string };

/** Another ticket, which the reader has too. */
export type LinkInfo = { kind: string; ticket: string; number: string; subject: string };

/** What a ticket has to do with others: the one it goes on in, those that go on in it, those that may be the same matter
 * (burst: they came within minutes; open), and who has the same trouble. */
export type Together = { into: LinkInfo | null; merged: LinkInfo[]; alike: LinkInfo[]; joined: { name: string; me: boolean }[] };

/** A ticket that another could go on in; like: burst, open, same (who asked) or ""; fault: why it cannot be. */
export type MergeChoice = { ticket: string; number: string; subject: string; who: string; like: string; fault: Fault | null };

/** An open request that what is being written may belong to: one may write there (add), or say "me too" (join). */
export type Suggestion = { ticket: string; number: string; subject: string; who: string; mine: boolean; story: string; add: boolean; join: boolean; /** It is over; again: the new one may follow on it. */ solved: boolean; resolution: string; again: boolean };

/** Why the team says a ticket ended. */
export type Cause = 'fixed' | 'workaround' | 'no_fault' | 'duplicate' | 'not_answered';

export type Draft = {
  key: string; ticket: string; kind: 'reply' | 'note' | 'new' | 'article';
  text: string; subject: string; department: string; urgency: Urgency; type: TicketType; claim: Claim; org: string; private: boolean;
  ccs: string[]; refs: { kind: string; id: string; label: string; verified: boolean }[]; files: FileInfo[];
  basis: number; updated: string; beside: Beside;
  /** The earlier ticket a new one follows on. */
  recurs?: string; tried?: string[];
  /** What a new one is opened under, and which version of the product it is about. */
  entitlement?: string; release?: string;
  /** Of a new one. */
  filed?: Filed;
  wanted?: Wanted;
};

/** By when something is needed (a date), whether to hurry, and who approves; each '' or false for none. */
export type Wanted = { neededBy: string; expedite: boolean; approver: string };
/** earliest: the day by which it is done where neededBy is too soon. */
export type WantedInfo = {
  neededBy: string; earliest: string; short: boolean; expedite: boolean;
  checks: { text: string; done: boolean; name: string; at: string }[];
  /** name is '' where nobody has to approve; mine: it is the reader's to decide. */
  approval: { name: string; state: '' | 'approved' | 'declined'; reason: string; at: string; mine: boolean };
  /** The reader ticks items off. */
  tick: boolean;
};

/** team answers first, usually so soon, and opens then ("" while it is there); by: when an answer is promised by, for each urgency, "" for none. */
export type Expectation = { team: string; opens: string; by: { urgency: Urgency; at: string; /** How soon it usually comes. */ usual: string }[] };

/** Something a request can be about; retired: what took its place. department is where it goes. */
export type TopicInfo = { id: string; parent: string; name: string; for: string; department: string; type: TicketType; retired: string };
/** A question of a form; wrong: why the answer to it does not fit. */
export type FieldInfo = { id: string; label: string; hint: string; type: 'text' | 'choice' | 'number' | 'date' | 'person' | 'reference'; required: boolean; options: string[]; wrong: string };
/** value is an id for a person or a reference that is known; words is what is shown. */
export type AnswerInfo = { field: string; label: string; type: string; value: string; words: string };
/** What a topic asks of whoever gave some answers so far. */
export type FormInfo = { form: string; version: number; fields: FieldInfo[]; missing: string[];
  /** The day by which it can be there, '' where that is not said; somebody has to approve it. */
  earliest: string; approver: boolean };
export type Filed = { topic: string; form: string; version: number; answers: AnswerInfo[] };
/** What a ticket is about; missing is what its form still needs. */
export type FiledInfo = Filed & { name: string; missing: FieldInfo[] };

export type OutboxItem = {
  id: string; ticket: string;
  /** "Reply on #20402, Henrik Sund" */
  title: string;
  text: string;
  kind: string;
  state: 'queued' | 'sent' | 'confirmed' | 'held' | 'conflict' | 'refused';
  at: string; settledAt: string;
  fault: Fault | null;
  waits: string;
  /** What the person can do: edit, retry, discard, send_anyway, make_note. */
  actions: string[];
  files: FileInfo[];
};

export type HeldView = { id: string; ticket: string; subject: string; number: string; theirs: EntryView[]; mine: EntryView; canNote: boolean; canEdit: boolean };

export type CatchUp = {
  since: string;
  needsYou: { ticket: string; title: string; sub: string; turn: Turn }[];
  done: { ticket: string; title: string; sub: string; turn: Turn; at: string }[];
  others: number;
};

export type NewTicket = { draft: string; subject: string; text: string; department: string; urgency: Urgency; type: TicketType; claim: Claim; org: string; private: boolean; ccs: string[]; refs: { kind: string; id: string; label: string }[]; files: string[]; requester: string; recurs: string; tried?: string[]; entitlement: string; release: string; filed: Filed; wanted: Wanted; };

/** A phone call as its engineer tells of it: with a person, or by name with somebody the desk does not know. */
export type CallLog = {
  with: string; name: string; number: string;
  direction: 'in' | 'out'; outcome: 'spoke' | 'voicemail' | 'no_answer';
  started: string; minutes: number;
  /** For the customer: what was said, or the message that goes out where nobody was reached. */
  text: string;
  /** Why no message goes with a voicemail; note: both are the team's alone. */
  noMessage: string; note: string;
};

/** Go → page. An absent field means unchanged. */
export type Events = MenuEvents & HelpEvents & {
  connection: Connection;
  /** Views whose rows or counts changed, and the tickets behind it. */
  rows: { views: ViewInfo[]; tickets: string[] };
  ticket: { id: string };
  outbox: { waiting: number; needsYou: number };
  /** Progress of a file, 0..1. */
  file: { hash: string; state: FileInfo['state']; progress: number };
  /** Go wants the page to show something: a clicked notification, a second start, dropped files. */
  open: { ticket: string; article?: string };
  dropped: Picked;
  presence: { ticket: string };
  notified: Record<string, never>;
  catchup: CatchUp;
  boot: Boot;
};

/** Who a ticket could be given to, and what speaks for them. */
export type Suggested = { id: string; name: string; why: string };

/** The one door to Go. wails.ts implements it over the bindings, fake.ts for tests and design work. */
export interface Backend extends Planning, Keeping, Noting, Followed, Notifying, Reporting, Running, Plenty, Viewing, Saving, Searching, Resembles, Gathering, Knowing {
  boot(): Promise<Boot>;
  signIn(server: string, person: string, password: string): Promise<Boot>;
  acceptInvitation(server: string, code: string, password: string): Promise<Boot>;
  unlock(password: string): Promise<Boot>;
  /** Says what would be lost first: rejects with code "unsent" unless force. */
  signOut(force: boolean): Promise<Boot>;
  saveSettings(s: Settings): Promise<void>;

  connection(): Promise<Connection>;
  /** Tries the line to the server at once. */
  tryNow(): Promise<void>;
  views(): Promise<ViewInfo[]>;
  rows(view: string, from: number, count: number): Promise<RowPage>;
  /** Position of a ticket in a view, -1 if it is not there. */
  position(view: string, ticket: string): Promise<number>;
  ticket(id: string): Promise<TicketView>;
  /** Older entries, before seq. */
  entries(id: string, before: number, count: number): Promise<EntryView[]>;
  /** By number, reference or words of the subject; at most 20. */
  find(text: string): Promise<Row[]>;
  /** What the person looks at; "" for nothing. Marks read once the window has focus. */
  looking(ticket: string, writing: boolean): Promise<void>;
  focused(on: boolean): Promise<void>;
  markUnread(ticket: string): Promise<void>;

  departments(): Promise<DepartmentCard[]>;
  /** Where a request stands that waits: asked of the server, or what it said last. */
  place(ticket: string): Promise<PlaceInfo>;
  /** A lead says until when answers take longer; without words it is over. Now or not at all. */
  announce(department: string, text: string, until: string): Promise<void>;
  /** What a request for a department, under an entitlement or none, can expect if it is sent now; works offline. */
  expected(department: string, entitlement: string, org: string, requester: string): Promise<Expectation>;
  topics(): Promise<TopicInfo[]>;
  /** What a topic asks, by the rules the server has; works offline. */
  form(topic: string, answers: AnswerInfo[]): Promise<FormInfo>;
  /** The numbers to call, for a language and country such as de-AT; there in every state. */
  phones(locale: string): Promise<PhoneBook>;
  /** Opens the page of numbers in the browser: of a server as typed, or "" for the one this computer knows. */
  emergencyPage(server: string): Promise<void>;
  /** Staff to assign to; a department narrows it, "" does not. */
  staff(department: string): Promise<Option[]>;
  people(query: string): Promise<Option[]>;
  holdings(): Promise<{ kind: string; id: string; label: string; verified: boolean }[]>;
  /** What a request can be opened under: one's own, or for staff that of whoever asks. */
  /** Asked of the server now, as is giving access. */
  members(org: string): Promise<Member[]>;
  setMember(org: string, who: string, access: MemberAccess | ''): Promise<void>;
  entitlements(requester: string): Promise<Entitlement[]>;
  /** What a ticket is about and the newest others about the same, from what is here. */
  objects(ticket: string): Promise<ObjectInfo[]>;

  openTicket(t: NewTicket): Promise<{ ticket: string; reference: string }>;
  /** then: '' or the status to set with it. Sends the draft of that ticket and kind. */
  reply(ticket: string, text: string, files: string[], basis: number, then: Status | '', beside: Beside): Promise<void>;
  /** The team's word on a question or a step that is open. */
  settleAsk(ticket: string, ask: string, state: AskState, text: string): Promise<void>;
  addNote(ticket: string, text: string, files: string[], mentions: string[]): Promise<void>;
  /** cause and early are the team's; closing for want of an answer too early rejects with the field "early" unless early. */
  closeTicket(ticket: string, reason: string, cause: Cause | '', early: boolean): Promise<void>;
  /** Sends what was written on a closed ticket as a new one that follows on it. */
  recur(ticket: string, text: string, files: string[]): Promise<{ ticket: string; reference: string }>;
  /** Begins a new request about what was solved: a draft, prefilled, that follows on it. */
  sameAgain(ticket: string): Promise<Draft>;
  reopen(ticket: string, reason: string): Promise<void>;
  /** The ticket goes on in another; nothing of it moves, and unmergeTicket takes it back. */
  mergeTicket(ticket: string, into: string): Promise<void>;
  unmergeTicket(ticket: string): Promise<void>;
  /** Tickets it could go on in: by number or words, or without them the newest of who asked. */
  mergeChoices(ticket: string, query: string): Promise<MergeChoice[]>;
  /** Takes the reply being written along to another ticket, and gives it as it stands there. */
  moveDraft(ticket: string, to: string): Promise<Draft>;
  /** Makes a message, by its ref, a ticket of its own; a customer asks for it, and the rest is "". */
  splitTicket(ticket: string, message: number, subject: string, department: string): Promise<void>;
  /** "Me too", with what it means for oneself; leave takes it back. */
  joinTicket(ticket: string, impact: Claim['impact'], severity: Claim['severity'], text: string, leave: boolean): Promise<void>;
  /** Open requests that what is being written may belong to; from this computer alone. */
  suggest(subject: string, text: string): Promise<Suggestion[]>;
  /** Sends what was written as a new request as a message on one that is there. */
  addInstead(ticket: string, draft: string, subject: string, text: string, files: string[]): Promise<void>;
  setStatus(ticket: string, to: Status, until: string, reason: string): Promise<void>;
  /** reason is for the customer, too. */
  /** promises: what becomes of those whoever has it made; refer: of all that are open. */
  assign(ticket: string, to: string, reason: string, promises: PromiseDecision[]): Promise<void>;
  setHelpers(ticket: string, add: string[], remove: string[]): Promise<void>;
  refer(ticket: string, department: string, reason: string, tried: string, promises: PromiseDecision[]): Promise<void>;
  makePromise(ticket: string, text: string, due: string): Promise<void>;
  settlePromise(ticket: string, promise: string, state: 'kept' | 'withdrawn', reason: string): Promise<void>;
  proposeWorkaround(ticket: string, text: string): Promise<void>;
  judgeWorkaround(ticket: string, verdict: Verdict, why: string): Promise<void>;
  /** Until a time, or with answer until the customer writes; with neither it is taken back. */
  /** How much one wants to hear of a ticket or of what it is about; one's own affair. */
  follow(ticket: string, what: string, org: string, type: string, service: string, level: FollowLevel): Promise<void>;
  snooze(ticket: string, until: string, answer: boolean, reason: string): Promise<void>;
  /** told is for the customer, where it is less than they called it; rejects with the field "told" where it is missing. */
  setPriority(ticket: string, to: Priority, reason: string, told: string): Promise<void>;
  /** reason is for whoever called it urgent; setBan is a lead's. */
  countMisuse(ticket: string, reason: string): Promise<void>;
  uncountMisuse(ticket: string, reason: string): Promise<void>;
  setBan(ticket: string, ban: boolean, reason: string): Promise<void>;
  /** What counts against the person themselves. */
  standing(): Promise<Standing>;
  along(): Promise<AlongView>;
  /** Takes along what the person has until a time; without one gives it back. */
  takeAlong(until: string, where: string): Promise<void>;
  /** Brings the next file that is wanted along. */
  fetchAlong(): Promise<AlongView>;
  /** Goes on with what a colleague has taken along. */
  goOn(ticket: string): Promise<void>;
  setCCs(ticket: string, add: string[], remove: string[], whole: boolean): Promise<void>;
  rename(ticket: string, subject: string): Promise<void>;
  setType(ticket: string, to: TicketType): Promise<void>;
  /** Rejects with the code "denied" for who leads nothing. */
  board(): Promise<Board>;
  /** The open tickets behind a figure: below 0 is every age or deadline, owner "-" is nobody, "" is whoever. */
  boardTickets(department: string, age: number, due: number, owner: string): Promise<Row[]>;
  /** Who an unassigned ticket could be given to; without an id, nobody. */
  suggestOwner(ticket: string): Promise<Suggested>;
  languages(): Promise<Option[]>;
  setLanguage(ticket: string, to: string): Promise<void>;
  /** How it was, from who asked for it. */
  rate(ticket: string, score: 'good' | 'bad', comment: string): Promise<void>;
  /** The ready answers for a ticket. */
  macros(ticket: string): Promise<Macro[]>;
  /** One of them, filled in; rejects with the field "macro" where the ticket lacks what it names. */
  fillMacro(ticket: string, macro: string): Promise<{ text: string; also: Also }>;
  /** The tags in use, those that begin with what is typed first. */
  tags(typed: string): Promise<string[]>;
  setTags(ticket: string, add: string[], remove: string[]): Promise<void>;
  setTopic(ticket: string, to: string): Promise<void>;
  tick(ticket: string, item: string, done: boolean): Promise<void>;
  approve(ticket: string, yes: boolean, reason: string): Promise<void>;
  fillIn(ticket: string, answers: AnswerInfo[]): Promise<void>;
  setPrivate(ticket: string, on: boolean): Promise<void>;
  /** by: until when it is needed, "" for no time. */
  escalate(ticket: string, reason: string, by: string): Promise<void>;
  acknowledge(ticket: string): Promise<void>;
  deescalate(ticket: string, outcome: string): Promise<void>;
  /** Takes the head of the person's queues at the server, now or not at all, and gives the ticket. skip: one to pass over first, or ""; reason: why. */
  takeNext(skip: string, reason: string): Promise<string>;
  logCall(ticket: string, call: CallLog, basis: number): Promise<void>;
  /** with: a person, or name for somebody the desk does not know. */
  recordChat(ticket: string, with_: string, name: string, started: string, transcript: string): Promise<void>;
  postNotice(ticket: string, text: string, basis: number): Promise<void>;
  /** With which departments one can chat now. */
  chats(): Promise<ChatsView>;
  /** Whether the person takes chats, until they say otherwise or close the program. */
  takeChats(takes: boolean): Promise<void>;
  /** A line of the ticket's chat, "" for one that begins; gives the chat's id. What comes when the chat is over is a message. */
  say(ticket: string, chat: string, text: string, files: string[]): Promise<string>;
  joinChat(ticket: string): Promise<void>;
  endChat(ticket: string): Promise<void>;

  saveDraft(d: Draft): Promise<Draft>;
  drafts(): Promise<Draft[]>;
  dropDraft(key: string): Promise<void>;

  /** The system's file dialog; [] when cancelled. */
  pickFiles(): Promise<Picked>;
  /** Bytes the page holds (a paste), base64. */
  addFile(name: string, base64: string): Promise<FileInfo>;
  /** The picture on the system's clipboard, for engines whose paste event has none; null if there is none. */
  pasteImage(): Promise<FileInfo | null>;
  /** Fetch a file to this computer, so that it can be shown or saved. */
  fetchFile(ticket: string, hash: string): Promise<FileInfo>;
  saveFile(ticket: string, hash: string): Promise<void>;
  openLink(url: string): Promise<void>;

  outbox(): Promise<OutboxItem[]>;
  retryItem(id: string): Promise<void>;
  /** Turns the item back into the draft it was and gives the draft. */
  editItem(id: string): Promise<Draft>;
  discardItem(id: string): Promise<void>;
  held(id: string): Promise<HeldView>;
  sendAnyway(id: string): Promise<void>;
  makeNote(id: string): Promise<void>;

  catchUp(): Promise<CatchUp | null>;
  catchUpSeen(): Promise<void>;

  on<E extends keyof Events>(event: E, fn: (payload: Events[E]) => void): () => void;
}
