// What somebody was told, in the words of the window.
import type { NotifiedClass, NotifiedInfo } from '$lib/backend';
import { t } from '$lib/language';
import { clock, parse } from '$lib/time';

/** The headline of a line. noun is how a ticket is called to whoever reads it. */
export function told(n: NotifiedInfo, now: Date): string {
  const who = n.who || t('Somebody');
  switch (n.kind) {
    case 'called': return n.emergency ? t('Emergency: you are called') : t('Escalated to you');
    case 'taken': return n.emergency ? t('{who} is on it', { who }) : t('{who} has your escalation', { who });
    case 'mention': return t('{who} mentioned you in a note', { who });
    case 'engaged': return t('{who} is on it now', { who: n.has });
    case 'assigned': return n.helps ? t('{who} asked you to help', { who }) : t('{who} gave you a ticket', { who });
    case 'arrived': return t('New request from {who}', { who });
    case 'asked': return t('This needs you');
    case 'sorted': return t('{who} sorted your requests', { who });
    case 'counted': return t('A request of yours was noted as not urgent');
    case 'uncounted': return t('That a request was not urgent was taken back');
    case 'due': return dueWords(n, now);
    case 'contributed': return n.back ? t('An article of yours came back') : t('An article of yours was published');
    case 'changed': return t('{n, plural, one {An article you follow changed} other {# articles you follow changed}}', { n: n.articles ?? 1 });
    case 'ended': return t('You no longer have access to something you followed');
    case 'status': return statusWords(n, who);
    default: return n.call ? t('{who} logged a call', { who }) : t('{who} wrote', { who });
  }
}

function dueWords(n: NotifiedInfo, now: Date): string {
  const at = parse(n.at);
  const time = at ? clock(at) : '';
  if (n.promise) return t('You promised something for {time}', { time });
  return at && at > now ? t('An answer is due at {time}', { time }) : t('An answer is late since {time}', { time });
}

function statusWords(n: NotifiedInfo, who: string): string {
  switch (n.status) {
    case 'solved': return t('{who} solved it', { who });
    case 'closed': return t('Closed');
    case 'waiting_customer': return t('{who} waits for the customer’s answer', { who });
    case 'on_hold': return t('{who} put it on hold', { who });
    default: return t('{who} moved it on', { who });
  }
}

export const icons: Record<NotifiedInfo['class'], string> = { emergency: 'octagon-alert', escalation: 'chevrons-up', mention: 'at-sign', reply: 'mail', incoming: 'inbox', due: 'clock', progress: 'arrow-right' };

/** The classes that can be off, and what each is. A customer has two. */
export function classes(staff: boolean): { id: NotifiedClass; name: string; hint: string }[] {
  const both: { id: NotifiedClass; name: string; hint: string }[] = [
    { id: 'reply', name: t('Replies'), hint: t('Somebody wrote to you, or rang.') },
    { id: 'progress', name: t('How it goes'), hint: t('Who is on it, that it is solved, that it waits.') },
  ];
  if (!staff) return both;
  return [
    ...both,
    { id: 'incoming', name: t('What comes in'), hint: t('New in your queues, or given to you.') },
    { id: 'mention', name: t('Mentions'), hint: t('A note names you.') },
    { id: 'due', name: t('Deadlines'), hint: t('A quarter of an hour before, and what is late.') },
    { id: 'escalation', name: t('Escalations'), hint: t('Somebody asks for you, and it needs you.') },
  ];
}
