import type { Cause, Claim, Priority, Status, TicketView, TicketType, Turn, Urgency, Verdict } from '$lib/backend';
import { parse, whenExactly, whenInWords } from '$lib/time';
import { statusWords } from '$lib/words';

/** Where a ticket can be moved by hand; it never goes back to New. */
const settable: Status[] = ['triage', 'in_progress', 'waiting_customer', 'waiting_third_party', 'on_hold', 'solved'];

export function statusItems(now: Status): { id: string; label: string; checked: boolean }[] {
  const dots = (s: Status): string => (s === 'on_hold' || s === 'solved' ? '…' : '');
  return settable.map((id) => ({ id, label: statusWords[id] + dots(id), checked: id === now }));
}

/** Whose turn it is, as the chip in the head says it. */
export function turnWords(turn: Turn, owner: string, customer: boolean): string {
  switch (turn) {
    case 'yours': return 'Your turn';
    case 'nobody': return customer ? 'With us' : 'Nobody’s yet';
    case 'colleague': return owner ? `${owner}’s turn` : 'A colleague’s turn';
    case 'customer': return customer ? 'With us' : 'Waiting on customer';
    case 'with_us': return 'With us';
    case 'third_party': return 'Waiting on third party';
    case 'hold': return 'On hold';
    case 'snoozed': return 'Snoozed';
    case 'solved': return 'Solved';
  }
}

export const priorityWords: Record<Exclude<Priority, ''>, string> = { low: 'Low', normal: 'Normal', high: 'High', emergency: 'Emergency' };

export const urgencyWords: Record<Exclude<Urgency, ''>, string> = { question: 'Question', normal: 'Normal', high: 'High', emergency: 'Emergency' };

export const typeWords: Record<Exclude<TicketType, ''>, string> = { incident: 'Incident', request: 'Request', problem: 'Problem' };

/** The same in the words of the form. */
export const typeSaid: Record<Exclude<TicketType, ''>, string> = { incident: 'It worked before', request: 'Something new or changed', problem: 'What is behind the trouble of several' };

export const impactWords: Record<Exclude<Claim['impact'], ''>, string> = { one: 'One person', several: 'Several people', site: 'A whole site', everyone: 'Everyone' };

export const severityWords: Record<Exclude<Claim['severity'], ''>, string> = { inconvenience: 'Work goes on', degraded: 'Work is slow or clumsy', stopped: 'Work has stopped' };

/** What was answered about an urgency, line by line. */
export function claimLines({ down, since, impact, severity }: Claim): { id: string; icon: string; name: string; text: string }[] {
  return [
    { id: 'down', icon: 'octagon-alert', name: 'Down', text: down },
    { id: 'since', icon: 'clock', name: 'Since', text: since },
    { id: 'impact', icon: 'users-round', name: 'Affected', text: impact && impactWords[impact] },
    { id: 'severity', icon: 'hourglass', name: 'Work', text: severity && severityWords[severity] },
  ].filter((l) => l.text);
}

/** The same in one line, for where there is no room beside. */
export const claimLine = (c: Claim): string => claimLines(c).map((l) => (l.id === 'since' ? `since: ${l.text}` : l.text)).join(' · ');

/** Why a customer closes a request; the ids travel to the server. */
export const closeReasons = [
  { id: 'worked', name: 'It worked', hint: 'What was suggested here solved it.' },
  { id: 'self', name: 'I solved it myself', hint: 'Found it another way.' },
  { id: 'not_needed', name: 'No longer needed', hint: 'It does not matter any more.' },
];

/** The languages that are told apart, by their codes. */
export const languageNames: Record<string, string> = {
  en: 'English', de: 'German', fr: 'French', es: 'Spanish', it: 'Italian', nl: 'Dutch', pt: 'Portuguese', ar: 'Arabic', ru: 'Russian', zh: 'Chinese', ja: 'Japanese', ko: 'Korean',
};

/** Why the team ends a ticket; the ids travel to the server. */
export const causes: { id: Cause; name: string }[] = [
  { id: 'fixed', name: 'Fixed' },
  { id: 'workaround', name: 'Workaround' },
  { id: 'no_fault', name: 'No fault found' },
  { id: 'duplicate', name: 'Duplicate' },
  { id: 'not_answered', name: 'Not answered' },
];

/** Why something solved is opened again. */
export const reopenReasons = [
  { id: 'not_solved', name: 'Not solved', hint: '' },
  { id: 'came_back', name: 'It came back', hint: '' },
  { id: 'new_question', name: 'New question', hint: '' },
];

const dueKinds: Record<string, string> = { first_reply: 'First reply', reply: 'Reply', next_reply: 'Reply', solve: 'Solve', resolution: 'Solve', assign: 'Assign', promise: 'Promised' };

export const dueTitle = (kind: string): string => dueKinds[kind] ?? 'Due';

/** "Reply by 14:40", "12 min late", "until 4 Jan". */
export function dueWords(kind: string, next: { text: string; tone: string; pie: boolean }): string {
  if (!next.pie || next.tone === 'late') return next.text;
  return kind in dueKinds ? `${dueTitle(kind)} by ${next.text}` : `Due ${next.text}`;
}

/** By when a customer's next answer is promised, or was. */
export function expected(due: string, now: Date): { late: boolean; at: string; short: string } | null {
  const at = parse(due);
  if (!at) return null;
  const late = at.getTime() < now.getTime();
  return { late, at: whenInWords(due, now), short: `${late ? 'was expected ' : 'by '}${whenExactly(due, now)}` };
}

const misuseWords = { strike: 'Count as misuse…', unstrike: 'Take back the misuse…', ban: 'Take nothing new from them…', unban: 'Take new requests again…' };

/** The rest of what can be done, behind the three dots. */
export function moreItems(view: TicketView): { id: string; label: string; icon: string }[] {
  const { can } = view;
  return [
    can.tell && { id: 'call', label: 'Log a call…', icon: 'phone' },
    can.tell && { id: 'chat', label: 'Keep a chat…', icon: 'file-text' },
    can.tell && { id: 'notice', label: 'Post a notice…', icon: 'bell' },
    can.promise && { id: 'promise', label: 'Promise something…', icon: 'check' },
    can.workaround && { id: 'workaround', label: 'Propose a workaround…', icon: 'arrow-right' },
    can.snooze && (view.snooze ? { id: 'wake', label: 'Take back from Snoozed', icon: 'clock' } : { id: 'snooze', label: 'Snooze…', icon: 'clock' }),
    can.refer && { id: 'refer', label: 'Pass to another department…', icon: 'arrow-right-left' },
    can.escalate && { id: 'escalate', label: 'Escalate…', icon: 'chevrons-up' },
    can.deescalate && { id: 'deescalate', label: 'End the escalation…', icon: 'check-check' },
    can.skip && { id: 'skip', label: 'Skip in the queue…', icon: 'arrow-right' },
    can.merge && !view.together.into && { id: 'merge', label: 'Put together with another…', icon: 'columns-2' },
    can.join && !view.together.joined.some((j) => j.me) && { id: 'join', label: 'I have this, too…', icon: 'hand' },
    can.again && { id: 'again', label: 'Same problem again', icon: 'plus' },
    can.ccs && { id: 'people', label: 'People in copy…', icon: 'user-plus' },
    can.helpers && { id: 'helpers', label: 'Who helps…', icon: 'users-round' },
    can.rename && { id: 'rename', label: 'Change the subject…', icon: 'pencil' },
    can.type && { id: 'type', label: 'Incident or request…', icon: 'circle-dot' },
    can.language && { id: 'language', label: 'Language…', icon: 'globe' },
    can.tags && { id: 'tags', label: 'Tags…', icon: 'tag' },
    ...(view.misuse?.may ?? []).map((what) => ({ id: what, label: misuseWords[what], icon: 'flag' })),
    can.private && { id: 'private', label: view.private ? 'Show to colleagues…' : 'Make private…', icon: 'lock' },
    { id: 'follow', label: 'What you hear…', icon: 'bell' },
    can.grant && { id: 'grant', label: 'Allow large files…', icon: 'cloud-upload' },
    can.hold && { id: 'legal', label: view.keep?.hold?.by ? 'End the legal hold…' : 'Legal hold…', icon: 'shield-check' },
    numbered(view) && { id: 'copy', label: 'Save a copy…', icon: 'download' },
    { id: 'unread', label: 'Mark unread', icon: 'mail' },
  ].filter((item) => item !== false);
}

/** A request has no number before the server has it; until then nothing may claim that it was received. */
export const numbered = (view: TicketView): boolean => view.row.number.startsWith('#');

/** Who can read a conversation comes from Go in words; one word tells people from groups. */
export const readerIcon = (reader: string): string => (reader.startsWith('Everyone ') ? 'building-2' : reader.startsWith('The ') ? 'users-round' : 'user-round');

const refIcons: Record<string, string> = { service: 'server', domain: 'globe', invoice: 'receipt', mail: 'mail' };

export const refIcon = (kind: string): string => refIcons[kind] ?? 'link';

/** What the customer said of a workaround. */
export const verdictWords: Record<Exclude<Verdict, ''>, string> = { works: 'It works', partly: 'It works in part', cannot: 'It cannot be used', stopped: 'It does not work any more' };
