/** What a list of the program asks, as a query to begin a view of one's own with. */
export function queryOf(view: string): string {
  const [kind, id] = view.split(':');
  if (id !== undefined) {
    if (kind === 'dept' || kind === 'org') return `${kind}:${id}`;
    return kind === 'triage' ? [`dept:${id}`, 'assignee:none', '(is:new', 'or', 'is:triage)'].join(' ') : '';
  }
  return (asks[view] ?? []).join(' ');
}

const asks: Record<string, string[]> = {
  needs_me: ['is:open', 'is:needs-me'], called: ['is:escalated'], my_open: ['is:open', 'is:mine'], unassigned: ['is:open', 'is:unassigned'], all_open: ['is:open'], chats: ['is:chat'], waiting_customer: ['is:waiting'],
  waiting_third: ['is:third-party'], on_hold: ['is:hold'], snoozed: ['is:snoozed'], solved: ['is:done'], mine: ['is:open', 'is:mine'], mine_all: ['is:mine'], waiting_on_me: ['is:needs-me'], ccd: ['cc:me'],
};
