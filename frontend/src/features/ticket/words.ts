import type { Cause, Claim, Priority, Status, TicketView, TicketType, Turn, Urgency, Verdict } from '$lib/backend';
import { t } from '$lib/language';
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
    case 'yours': return t('Your turn');
    case 'nobody': return customer ? t('With us') : t('Nobody’s yet');
    case 'colleague': return owner ? t('{owner}’s turn', { owner }) : t('A colleague’s turn');
    case 'customer': return customer ? t('With us') : t('Waiting on customer');
    case 'with_us': return t('With us');
    case 'third_party': return t('Waiting on third party');
    case 'hold': return t('On hold');
    case 'snoozed': return t('Snoozed');
    case 'solved': return t('Solved');
  }
}

export const priorityWords: Record<Exclude<Priority, ''>, string> = { get low() { return t('Low'); }, get normal() { return t('Normal'); }, get high() { return t('High'); }, get emergency() { return t('Emergency'); } };

export const urgencyWords: Record<Exclude<Urgency, ''>, string> = { get question() { return t('Question'); }, get normal() { return t('Normal'); }, get high() { return t('High'); }, get emergency() { return t('Emergency'); } };

export const typeWords: Record<Exclude<TicketType, ''>, string> = { get incident() { return t('Incident'); }, get request() { return t('Request'); }, get problem() { return t('Problem'); } };

/** The same in the words of the form. */
export const typeSaid: Record<Exclude<TicketType, ''>, string> = { get incident() { return t('It worked before'); }, get request() { return t('Something new or changed'); }, get problem() { return t('What is behind the trouble of several'); } };

export const impactWords: Record<Exclude<Claim['impact'], ''>, string> = { get one() { return t('One person'); }, get several() { return t('Several people'); }, get site() { return t('A whole site'); }, get everyone() { return t('Everyone'); } };

export const severityWords: Record<Exclude<Claim['severity'], ''>, string> = { get inconvenience() { return t('Work goes on'); }, get degraded() { return t('Work is slow or clumsy'); }, get stopped() { return t('Work has stopped'); } };

/** What was answered about an urgency, line by line. */
export function claimLines({ down, since, impact, severity }: Claim): { id: string; icon: string; name: string; text: string }[] {
  return [
    { id: 'down', icon: 'octagon-alert', name: t('Down'), text: down },
    { id: 'since', icon: 'clock', name: t('Since'), text: since },
    { id: 'impact', icon: 'users-round', name: t('Affected'), text: impact && impactWords[impact] },
    { id: 'severity', icon: 'hourglass', name: t('Work'), text: severity && severityWords[severity] },
  ].filter((l) => l.text);
}

/** The same in one line, for where there is no room beside. */
export const claimLine = (c: Claim): string => claimLines(c).map((l) => (l.id === 'since' ? t('since: {text}', { text: l.text }) : l.text)).join(' · ');

/** Why a customer closes a request; the ids travel to the server. */
export const closeReasons = [
  { id: 'worked', get name() { return t('It worked'); }, get hint() { return t('What was suggested here solved it.'); } },
  { id: 'self', get name() { return t('I solved it myself'); }, get hint() { return t('Found it another way.'); } },
  { id: 'not_needed', get name() { return t('No longer needed'); }, get hint() { return t('It does not matter any more.'); } },
];

/** The languages that are told apart, by their codes. */
export const languageNames: Record<string, string> = {
  en: 'English', get de() { return t('German'); }, get fr() { return t('French'); }, get es() { return t('Spanish'); }, get it() { return t('Italian'); }, get nl() { return t('Dutch'); }, get pt() { return t('Portuguese'); }, get ar() { return t('Arabic'); }, get ru() { return t('Russian'); }, get zh() { return t('Chinese'); }, get ja() { return t('Japanese'); }, get ko() { return t('Korean'); },
};

/** Why the team ends a ticket; the ids travel to the server. */
export const causes: { id: Cause; name: string }[] = [
  { id: 'fixed', get name() { return t('Fixed'); } },
  { id: 'workaround', get name() { return t('Workaround'); } },
  { id: 'no_fault', get name() { return t('No fault found'); } },
  { id: 'duplicate', get name() { return t('Duplicate'); } },
  { id: 'not_answered', get name() { return t('Not answered'); } },
];

/** Why something solved is opened again. */
export const reopenReasons = [
  { id: 'not_solved', get name() { return t('Not solved'); }, hint: '' },
  { id: 'came_back', get name() { return t('It came back'); }, hint: '' },
  { id: 'new_question', get name() { return t('New question'); }, hint: '' },
];

const dueKinds: Record<string, string> = { get first_reply() { return t('First reply'); }, get reply() { return t('Reply'); }, get next_reply() { return t('Reply'); }, get solve() { return t('Solve'); }, get resolution() { return t('Solve'); }, get assign() { return t('Assign'); }, get promise() { return t('Promised'); } };

export const dueTitle = (kind: string): string => dueKinds[kind] ?? t('Due');

/** "Reply by 14:40", "12 min late", "until 4 Jan". */
export function dueWords(kind: string, next: { text: string; tone: string; pie: boolean }): string {
  if (!next.pie || next.tone === 'late') return next.text;
  return kind in dueKinds ? t('{what} by {at}', { what: dueTitle(kind), at: next.text }) : t('Due {text}', { text: next.text });
}

/** By when a customer's next answer is promised, or was. */
export function expected(due: string, now: Date): { late: boolean; at: string; short: string } | null {
  const at = parse(due);
  if (!at) return null;
  const late = at.getTime() < now.getTime();
  return { late, at: whenInWords(due, now), short: late ? t('was expected {at}', { at: whenExactly(due, now) }) : t('by {at}', { at: whenExactly(due, now) }) };
}

const misuseWords = { get strike() { return t('Count as misuse…'); }, get unstrike() { return t('Take back the misuse…'); }, get ban() { return t('Take nothing new from them…'); }, get unban() { return t('Take new requests again…'); } };

/** The rest of what can be done, behind the three dots. */
export function moreItems(view: TicketView): { id: string; label: string; icon: string }[] {
  const { can } = view;
  return [
    can.tell && { id: 'call', label: t('Log a call…'), icon: 'phone' },
    can.tell && { id: 'chat', label: t('Keep a chat…'), icon: 'file-text' },
    can.tell && { id: 'notice', label: t('Post a notice…'), icon: 'bell' },
    can.promise && { id: 'promise', label: t('Promise something…'), icon: 'check' },
    can.workaround && { id: 'workaround', label: t('Propose a workaround…'), icon: 'arrow-right' },
    can.snooze && (view.snooze ? { id: 'wake', label: t('Take back from Snoozed'), icon: 'clock' } : { id: 'snooze', label: t('Snooze…'), icon: 'clock' }),
    can.refer && { id: 'refer', label: t('Pass to another department…'), icon: 'arrow-right-left' },
    can.escalate && { id: 'escalate', label: t('Escalate…'), icon: 'chevrons-up' },
    can.deescalate && { id: 'deescalate', label: t('End the escalation…'), icon: 'check-check' },
    can.skip && { id: 'skip', label: t('Skip in the queue…'), icon: 'arrow-right' },
    can.merge && !view.together.into && { id: 'merge', label: t('Put together with another…'), icon: 'columns-2' },
    can.join && !view.together.joined.some((j) => j.me) && { id: 'join', label: t('I have this, too…'), icon: 'hand' },
    can.again && { id: 'again', label: t('Same problem again'), icon: 'plus' },
    can.ccs && { id: 'people', label: t('People in copy…'), icon: 'user-plus' },
    can.helpers && { id: 'helpers', label: t('Who helps…'), icon: 'users-round' },
    can.rename && { id: 'rename', label: t('Change the subject…'), icon: 'pencil' },
    can.type && { id: 'type', label: t('Incident or request…'), icon: 'circle-dot' },
    can.language && { id: 'language', label: t('Language…'), icon: 'globe' },
    can.tags && { id: 'tags', label: t('Tags…'), icon: 'tag' },
    ...(view.misuse?.may ?? []).map((what) => ({ id: what, label: misuseWords[what], icon: 'flag' })),
    can.private && { id: 'private', label: view.private ? t('Show to colleagues…') : t('Make private…'), icon: 'lock' },
    { id: 'follow', label: t('What you hear…'), icon: 'bell' },
    can.grant && { id: 'grant', label: t('Allow large files…'), icon: 'cloud-upload' },
    can.hold && { id: 'legal', label: view.keep?.hold?.by ? t('End the legal hold…') : t('Legal hold…'), icon: 'shield-check' },
    numbered(view) && { id: 'copy', label: t('Save a copy…'), icon: 'download' },
    { id: 'unread', label: t('Mark unread'), icon: 'mail' },
  ].filter((item) => item !== false);
}

/** A request has no number before the server has it; until then nothing may claim that it was received. */
export const numbered = (view: TicketView): boolean => view.row.number.startsWith('#');

/** Who can read a conversation comes from Go in words; one word tells people from groups. */
export const readerIcon = (reader: string): string => (reader.startsWith('Everyone ') ? 'building-2' : reader.startsWith('The ') ? 'users-round' : 'user-round');

const refIcons: Record<string, string> = { service: 'server', domain: 'globe', invoice: 'receipt', mail: 'mail' };

export const refIcon = (kind: string): string => refIcons[kind] ?? 'link';

/** What the customer said of a workaround. */
export const verdictWords: Record<Exclude<Verdict, ''>, string> = { get works() { return t('It works'); }, get partly() { return t('It works in part'); }, get cannot() { return t('It cannot be used'); }, get stopped() { return t('It does not work any more'); } };
