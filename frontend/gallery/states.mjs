// Every view and state of the window. A state says how the sample desk stands (query), and what a
// person does to get there (steps). still: false is drawn and judged, but not compared: it shows
// letters that come from the fonts of the computer.
import { harsh } from './harsh.mjs';

const id = (name) => `[data-testid="${name}"]`;
const press = (...keys) => async (page) => { for (const key of keys) await page.keyboard.press(key); };
const click = (name) => (page) => page.click(id(name));
const type = (name, text) => (page) => page.fill(id(name), text);
const both = (...steps) => async (page) => { for (const step of steps) await step(page); };
/** Something happens to the desk: the function runs in the page. */
const happens = (what, given) => (page) => page.evaluate(what, given);
/** Opens a ticket by how its subject begins. */
const see = (subject) => async (page) => {
  await page.evaluate((begin) => {
    const { __fake: desk } = globalThis;
    desk.emit('open', { ticket: desk.tickets.find((t) => t.subject.startsWith(begin)).id });
  }, subject);
  await page.locator(id('ticket-subject')).filter({ hasText: subject }).waitFor();
};
/** Changes the ticket that begins so, and opens it. */
const given = (subject, part) => both(
  happens(([begin, part]) => Object.assign(globalThis.__fake.tickets.find((t) => t.subject.startsWith(begin)), part), [subject, part]),
  see(subject),
);
const first = see('Prescriptions');
const paying = see('Paying takes');
/** Until what was written is safe, and says so. */
const saved = (page) => page.getByText('Draft saved').first().waitFor();
const asCustomer = 'as=customer';
const open = async (page) => { await page.locator('dialog[open]').waitFor(); };
/** A dialog that a key opens over a ticket. */
const dialog = (name, key, { on = first, query = '', then } = {}) => ({ name: `dialog-${name}`, query, steps: both(on, press(key), open, ...(then ? [then] : [])) });
/** A dialog of the ticket's More menu. */
const menu = (name, label, { on = first, query = '' } = {}) => ({ name: `dialog-${name}`, query, steps: both(on, click('act-more'), (page) => page.getByRole('menuitem', { name: label }).click(), open) });
const held = happens(() => {
  const { __fake: desk } = globalThis;
  const item = { ...desk.items[0], state: 'held', kind: 'reply', fault: null, actions: ['decide', 'discard'], text: 'Hello Henrik, your export is ready. Unpack it on the desktop first, and then start the import from there.' };
  desk.items = [item, ...desk.items.slice(1)];
  desk.setLine({});
  desk.emit('outbox', { waiting: 0, needsYou: 1 });
});

const door = [
  { name: 'signin', query: 'boot=signed_out' },
  { name: 'signin-wrong', query: 'boot=signed_out', steps: both(type('signin-server', 'support.veldhost.example'), type('signin-person', 'elif'), type('signin-password', 'wrong'), click('signin-submit')) },
  { name: 'invitation', query: 'boot=signed_out', steps: click('signin-invited') },
  { name: 'unlock', query: 'boot=locked' },
  { name: 'problem', query: 'boot=problem' },
];

const inbox = [
  { name: 'inbox', steps: first },
  { name: 'inbox-nothing-open' },
  { name: 'inbox-empty', query: 'empty' },
  { name: 'inbox-filling', query: 'filling=0.25' },
  { name: 'inbox-filling-empty', query: 'filling=0.02&empty' },
  { name: 'inbox-loading', query: 'slow=60000' },
  { name: 'inbox-offline', query: 'state=offline', steps: both(see('Transfer has said'), click('outbox-open')) },
  { name: 'inbox-refused', query: 'state=refused' },
  { name: 'inbox-new', steps: both(click('view-dept:mail'), (page) => page.locator(id('row')).first().click(), happens(() => globalThis.__fake.arrive(3, { priority: 'emergency' }))) },
  { name: 'inbox-chosen', steps: both(click('view-unassigned'), press('j', 'x', 'Shift+ArrowDown', 'Shift+ArrowDown')) },
  { name: 'inbox-chosen-done', steps: both(click('view-unassigned'), press('j', 'x', 'Shift+ArrowDown', 'Shift+ArrowDown'), happens(() => { globalThis.__fake.tickets.find((t) => t.id === document.querySelector('[role=option][aria-selected=true]').dataset.ticket).status = 'solved'; }), press('a'), open, (page) => page.getByRole('option', { name: /you/ }).waitFor(), press('Enter')) },
  { name: 'dialog-many', steps: both(click('view-unassigned'), press('j', 'x', 'Shift+ArrowDown', 'Shift+a'), open) },
  { name: 'tabs', steps: both(first, press('Alt+t'), see('Transfer has said'), press('Alt+t'), see('Which plan')) },
  { name: 'side-by-side', steps: both(first, press('Alt+t'), see('Transfer has said'), (page) => page.setViewportSize({ width: 1920, height: 1080 }), press('Alt+s'), click('half-main')) },
  { name: 'saved-views', query: 'as=lead', steps: both(happens(async () => {
    const { __fake: desk } = globalThis;
    const view = (name, query, department) => desk.saveView('', { name, query, department, sort: '', density: 'compact', columns: ['owner', 'due'], may: true });
    await view('DNS, mine', 'is:open tag:dns assignee:me', '');
    await view('Waiting for the backup team of Copenhagen', 'is:open backup', '');
    await view('Urgent in mail', 'is:open priority:high', 'mail');
  }), (page) => page.click(id('view-view:3')), press('v')) },
  { name: 'saved-view-editor', query: 'as=lead', steps: both(click('view-dept:mail'), press('Alt+v'), open, type('save-view-name', 'Mail of this week'), type('save-view-query', 'dept:mail -tag:dns asignee:me "no end'), (page) => page.getByText('Did you mean').waitFor()) },
  { name: 'inbox-options', steps: both(first, press('v')) },
  { name: 'inbox-compact', steps: both(press('v'), click('density-compact'), click('column-department'), click('sort-newest'), press('Escape')) },
  { name: 'inbox-wide-list', steps: both(click('view-all_open'), (page) => page.locator('[role=separator]').first().press('End')) },
  { name: 'inbox-far-down', query: 'rows=100000', steps: both(click('view-all_open'), (page) => page.locator(id('row')).first().waitFor(), happens(() => (document.querySelector('[data-testid=list]').scrollTop = 2_000_000))) },
  { name: 'inbox-zoom-200', steps: both(...Array(5).fill(press('Control+='))) },
  { name: 'inbox-zoom-200-ticket', steps: both(...Array(5).fill(press('Control+=')), first) },
  { name: 'inbox-zoom-200-writing', steps: both(...Array(5).fill(press('Control+=')), first, click('reply-text')) },
  { name: 'inbox-zoom-50', steps: both(first, ...Array(4).fill(press('Control+-'))) },
  { name: 'triage', steps: both(click('view-dept:care'), (page) => page.locator(id('row')).first().click()) },
  { name: 'catch-up', query: 'catchup' },
  { name: 'outbox', steps: both(first, click('outbox-open')) },
  { name: 'board', query: 'as=lead', steps: press('g', 'b') },
  { name: 'notified', steps: press('g', 'i') },
  { name: 'notified-choices', steps: both(press('g', 'i'), click('notified-choose'), click('notify-hours'), click('quiet-60')) },
  { name: 'notified-empty', query: 'empty', steps: press('g', 'i') },
  { name: 'called', steps: both(first, happens(() => { const { __fake: desk } = globalThis; desk.calledTo = [{ ticket: desk.tickets[0].id, number: desk.tickets[0].number, subject: desk.tickets[0].subject, emergency: true, since: new Date(Date.now() - 240_000).toISOString() }]; desk.emit('notified', {}); }), (page) => page.locator(id('call-to-acknowledge')).waitFor()) },
  { name: 'reports', query: 'as=lead', steps: press('g', 'z') },
  { name: 'reports-table', query: 'as=lead', steps: both(press('g', 'z'), click('chart-flow-table'), click('chart-first-table'), click('reports-91')) },
  { name: 'reports-empty', query: 'as=lead&empty', steps: press('g', 'z') },
  { name: 'help', query: 'as=lead', steps: both(press('g', 'q'), press('j'), (page) => page.locator(id('article-text')).waitFor()) },
  { name: 'help-customer', query: asCustomer, steps: both(press('g', 'q'), (page) => page.getByText('Forward mail to another address').first().click(), (page) => page.locator(id('helpful')).waitFor()) },
  { name: 'help-words', query: asCustomer, steps: both(press('g', 'q'), type('help-words', 'nothing like it')) },
  { name: 'help-changed', query: asCustomer, steps: both(press('g', 'q'), (page) => page.getByText('Forward mail to another address').first().click(), click('article-earlier'), open) },
  { name: 'help-writing', query: 'as=lead', steps: both(press('g', 'q'), press('a'), (page) => page.locator(id('article-words')).waitFor()) },
  { name: 'ticket-like-others', steps: both(happens(() => {
    const { __fake: desk } = globalThis;
    const old = desk.tickets.find((t) => t.subject.startsWith('Newsletter pictures'));
    Object.assign(old, { resolution: 'The pictures lay on the old server. Pointing the CDN at the new one brought them back.' });
    desk.arrive(1, { subject: 'Newsletter bounces at one provider', requester: 'miriam' });
  }), see('Newsletter fails'), (page) => page.waitForTimeout(300)) },
  { name: 'help-since', query: 'as=customer&state=offline', steps: both(happens(() => Object.assign(globalThis.__fake.articles[0], { read: '2026-03-01T09:00:00Z', kept: '2026-11-16T08:30:00Z', language: 'de' })), press('g', 'q'), (page) => page.getByText('Forward mail to another address').first().click(), (page) => page.locator(id('article-since')).waitFor()) },
  { name: 'help-comments', query: 'as=lead', steps: both(happens(() => {
    const said = (n, who, at, text, more = {}) => ({ id: `c${n}`, by: `p${n}`, who, at, text, done: false, ticket: '', waits: false, ...more });
    globalThis.__fake.articles[0].said = [said(1, 'Henrik Sommer', '2026-11-12T10:20:00Z', 'In the new window the address is under Rules, not under Forwarding.'), said(2, 'Priya Raman', '2026-11-18T16:05:00Z', 'Changed in the draft.', { done: true })];
  }), press('g', 'q'), (page) => page.getByText('Forward mail to another address').first().click(), (page) => page.locator(`${id('article-picture')} img`).waitFor(), happens(() => { document.querySelector('main').scrollTop = 1e6; }), (page) => page.mouse.move(2, 2)) },
  { name: 'help-mine', query: asCustomer, steps: both(happens(() => {
    const { __fake: desk } = globalThis;
    const mine = (n, part) => ({ ...desk.articles[1], id: `0198b000-0000-7000-8000-00000000001${n}`, by: desk.me.name, changed: '', earlier: [], views: 0, helped: 0, ...part });
    desk.articles = [...desk.articles, mine(1, { title: 'Printing labels from the web shop', views: 50, helped: 10 }), mine(2, { title: 'A till that forgets its printer', state: 'review', published: '' }), mine(3, { title: 'Two tills, one account', state: 'draft', published: '' })];
  }), press('g', 'q'), click('help-mine'), (page) => page.getByText('Printing labels from the web shop').first().waitFor()) },
  { name: 'help-followed', query: asCustomer, steps: both(happens(() => {
    const { __fake: desk } = globalThis;
    desk.sections[0].follow = 'digest';
    desk.articles[0].follow = 'all';
  }), press('g', 'q'), click('help-followed'), (page) => page.getByText('daily').first().waitFor()) },
  { name: 'help-files', query: 'as=lead', steps: both(press('g', 'q'), (page) => page.getByText('Forward mail to another address').first().click(), click('article-edit'), (page) => page.locator(id('article-words')).waitFor(), (page) => page.locator(id('article-attach')).scrollIntoViewIfNeeded()) },
  { name: 'help-offered', query: asCustomer, steps: both(press('c'), type('new-subject', 'My mailbox is full'), click('offer-read'), open) },
  { name: 'search-operators', steps: both(press('/'), (page) => page.keyboard.type('dept:mail mail is:o'), (page) => page.locator(id('find-row')).first().waitFor()) },
  { name: 'search-wrong', steps: both(press('/'), (page) => page.keyboard.type('is:open asignee:me'), (page) => page.locator(`${id('find-text-fault')} button`).waitFor()) },
  { name: 'search', steps: both(press('/'), (page) => page.keyboard.type('mail'), (page) => page.locator(id('find-row')).first().waitFor()) },
  { name: 'search-beside', steps: both(happens(async () => {
    const { __fake: desk } = globalThis;
    const empty = { subject: '', department: '', urgency: 'normal', type: '', claim: { down: '', since: '', impact: '', severity: '' }, org: '', private: false, ccs: [], refs: [], files: [], basis: 0, updated: '', beside: { asks: [], answers: [], refers: 0, corrects: false } };
    await desk.saveDraft({ ...empty, key: '', ticket: desk.tickets[0].id, kind: 'note', text: 'Ask the mail team whether forwarding to this address was ever allowed.' });
    await desk.saveDraft({ ...empty, key: 'new/x', ticket: '', kind: 'new', subject: 'Forwarding for the bakery', text: 'They called and want it forwarded from Monday.' });
    desk.elsewhere = desk.tickets.splice(40, 30);
    desk.unread = 12;
  }), press('/'), (page) => page.keyboard.type('forward'), (page) => page.locator(id('find-articles')).waitFor()) },
  { name: 'search-articles', query: asCustomer, steps: both(press('/'), (page) => page.keyboard.type('is:article '), (page) => page.locator(id('find-articles')).waitFor()) },
  { name: 'search-nothing', steps: both(press('/'), (page) => page.keyboard.type('zebra')) },
  { name: 'palette', steps: both(first, press('Control+k')) },
  { name: 'palette-typed', steps: both(see('Transfer has said'), press('Control+k'), type('palette-text', 'as'), (page) => page.waitForTimeout(200)) },
  { name: 'keys', steps: press('?') },
  { name: 'keys-changing', steps: both(press('?'), (page) => page.locator('[data-testid=key-row][data-action=phones] [data-testid=key-change]').click(), press('t')) },
  { name: 'settings', steps: press('Control+,') },
  { name: 'settings-found', steps: both(press('Control+,'), type('settings-find', 'not')) },
  { name: 'settings-leave', steps: both(press('Control+,'), click('signout')) },
  { name: 'phones', steps: press('h') },
  { name: 'away', steps: press('g', 'v') },
  { name: 'noted', steps: both(happens(() => {
    const { __fake: desk } = globalThis;
    const call = { code: 'Z7-QM9T', line: 'You took a call from Clara Weiss', text: 'Nothing at the till since nine.', note: '', at: '2026-11-19T13:50:00Z', long: false, here: false, fault: null };
    desk.noted = [{ ...call, id: 'c2', code: 'B4-WWT8', line: 'You took a call from Paul', text: 'No internet.', here: true }, { ...call, id: 'c1' }];
  }), press('g', 'k'), open, type('noted-code', 'K7-MQ4S')) },
  { name: 'followed', steps: both(happens(() => {
    const [open, closed] = globalThis.__fake.tickets;
    open.levels = { 'ticket///': 'replies', 'service/papierladen/service/s1': 'all' };
    Object.assign(closed, { levels: { 'ticket///': 'all' }, status: 'closed' });
  }), press('g', 'f'), open) },
  { name: 'along', steps: press('Shift+z') },
  { name: 'busy', query: 'as=lead', steps: press('g', 'l') },
];

const ticket = [
  { name: 'evidence-picture', steps: both(first, press('Control+Shift+S'), open, click('shot-screen'), press('c'), ...Array(9).fill(press('ArrowLeft')), ...Array(6).fill(press('ArrowUp')), press('c'), ...Array(6).fill(press('Shift+ArrowLeft'))) },
  { name: 'evidence-log', steps: both(first, press('Control+Shift+S'), open, click('evidence-log'), click('log-pick'), (page) => page.locator(id('log-lines')).focus(), press('Home', ' '), click('evidence-add')) },
  { name: 'evidence-begin', query: asCustomer, steps: both(press('c'), click('evidence-open'), open) },
  { name: 'evidence-facts', query: asCustomer, steps: both(press('c'), click('evidence-open'), open, click('evidence-facts'), click('fact-host')) },
  { name: 'ticket-note', steps: both(see('Mail to the second'), press('n'), type('note-text', 'Their new firewall holds mail back for an hour. Ours is fine; ask for its log before anything else.'), saved) },
  { name: 'ticket-chosen', steps: both(first, press('Alt+c', 'Alt+c', 'ArrowRight', 'Control+Shift+ArrowRight', 'Control+Shift+ArrowRight', 'Control+Shift+ArrowRight')) },
  { name: 'ticket-quoted', steps: both(first, press('Alt+c', 'ArrowRight', 'Control+Shift+ArrowRight', 'Control+Shift+ArrowRight', 'Shift+R'), saved) },
  { name: 'ticket-reply', steps: both(see('Mail to the second'), press('r'), type('reply-text', 'Hello Paul,\n\nthe messages wait in a queue on your side. Could you send me the log of the firewall of last night?\n\nJonas'), saved) },
  { name: 'ticket-preview', steps: both(happens(() => { globalThis.__fake.preview = async () => [{ kind: 'p', spans: [{ text: 'Two things', style: 'strong' }, { text: ' to do:' }] }, { kind: 'list', ordered: false, items: [[{ text: 'read the log of last night' }], [{ text: 'send its last lines' }]] }, { kind: 'p', spans: [{ text: 'Jonas' }] }]; }), see('Mail to the second'), press('r'), type('reply-text', '**Two things** to do:\n\n- read the log of last night\n- send its last lines\n\nJonas'), saved, click('preview-open'), (page) => page.locator('[data-testid=preview] p, [data-testid=preview] li').first().waitFor()) },
  { name: 'dialog-earlier', steps: both(first, happens(() => {
    const desk = globalThis.__fake;
    const { id } = desk.tickets[0];
    const one = (text, at) => ({ ...desk.tickets[0].draft, key: `ticket/${id}/reply`, text, updated: at });
    desk.earlier[`ticket/${id}/reply`] = [one('Hello Miriam, the first two practices should have it again by now. Could you ask the third to send once more?\n\nIf it still comes back, please send me the whole text of the bounce, with its head.', '2026-11-19T12:41:00Z'), one('Hello Miriam, I am looking at it.', '2026-11-19T11:50:00Z'), one('Good morning, it is back in since 11:50.', '2026-11-18T16:20:00Z')];
  }), click('earlier-open'), open, (page) => page.locator(id('earlier-text')).waitFor()) },
  { name: 'ticket-ask', steps: both(see('Mail to the second'), press('q')) },
  { name: 'ticket-answers', steps: both(see('Mail to the second'), press('m'), saved) },
  { name: 'ticket-loading', steps: both(happens(() => (globalThis.__fake.options.slow = 60_000)), (page) => page.locator(id('row')).nth(3).click()) },
  { name: 'ticket-nobody', steps: see('Newsletter fails') },
  { name: 'ticket-refused', steps: see('Mailbox says full') },
  { name: 'ticket-solved', steps: both(click('view-all_open'), see('Cannot sign in')) },
  { name: 'ticket-hold', steps: see('Move to the new') },
  { name: 'ticket-status-menu', steps: both(first, press('s')) },
  { name: 'ticket-more-menu', steps: both(first, click('act-more')) },
  { name: 'ticket-escalated', steps: both(first, happens(() => globalThis.__fake.escalate(globalThis.__fake.tickets[0].id, 'Nine branches cannot send a prescription since this morning.', '2026-11-19T15:00:00Z'))) },
  { name: 'ticket-workaround', steps: both(first, happens(() => globalThis.__fake.proposeWorkaround(globalThis.__fake.tickets[0].id, 'Send the afternoon run over the second address until half past three.'))) },
  { name: 'ticket-right-to-left', still: false, steps: see('حساب') },
];

const requester = [
  { name: 'customer', query: asCustomer, steps: paying },
  { name: 'customer-came-later', query: asCustomer, steps: given('Paying takes', { begins: 2 }) },
  { name: 'customer-nothing-open', query: asCustomer },
  { name: 'customer-empty', query: `${asCustomer}&empty` },
  { name: 'customer-shared', query: asCustomer, steps: click('view-org:papierladen') },
  { name: 'customer-offline', query: `${asCustomer}&state=offline`, steps: paying },
  { name: 'customer-solved', query: asCustomer, steps: see('Newsletter pictures') },
  { name: 'customer-year', query: asCustomer, steps: press('g', 'z') },
  { name: 'customer-entitlements', query: asCustomer, steps: press('g', 'e') },
  { name: 'customer-members', query: asCustomer, steps: press('g', 'y') },
  { name: 'customer-chat', query: asCustomer, steps: both(happens(() => (globalThis.__fake.there = ['care', 'servers'])), press('Shift+b'), open) },
  { name: 'customer-phones', query: asCustomer, steps: press('h') },
  { name: 'customer-zoom-200', query: asCustomer, steps: both(paying, ...Array(5).fill(press('Control+='))) },
  { name: 'new', query: asCustomer, steps: press('c') },
  { name: 'new-topics', query: `${asCustomer}&topics`, steps: press('c') },
  { name: 'new-high', query: asCustomer, steps: both(press('c'), click('new-urgency-high')) },
  { name: 'new-emergency', query: asCustomer, steps: both(press('c'), click('new-urgency-emergency'), (page) => page.locator(id('claim-stopped')).check({ force: true })) },
  { name: 'new-offline', query: `${asCustomer}&state=offline`, steps: both(press('c'), click('new-department-servers'), type('new-subject', 'Backups of the shop stopped on Sunday'), (page) => page.getByText(/^Draft/).first().waitFor()) },
  { name: 'new-staff', steps: press('c') },
];

const png = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP8z8Dwn4GBgYEBAA8MAgEy8tSVAAAAAElFTkSuQmCC';
/** The newest letter has these files, and the first is looked at. */
const files = (...given) => both(first, happens((given) => {
  const desk = globalThis.__fake;
  desk.tickets[0].entries.at(-1).files = given.map(([name, type, preview]) => ({ hash: name, name, size: 84_000, type, state: 'here', progress: 1, preview }));
  for (const [name, , , look] of given) if (look) desk.looks[name] = look;
  desk.emit('ticket', { id: desk.tickets[0].id });
}, given), (page) => page.getByRole('button', { name: new RegExp(`Show ${given[0][0]}`) }).first().click(), open, (page) => page.waitForFunction(() => document.activeElement?.dataset.testid === 'viewer'));

const misuse = (may) => given('Prescriptions', { misuse: { claimed: 'emergency', tell: false, struck: false, by: '', at: '', reason: '', strikes: 1, next: 'they read a warning', may: [may] } });
const solved = { on: see('Cannot sign in') };
const dialogs = [
  dialog('assign', 'a'), dialog('refer', 'Shift+a'), dialog('solve', 'e'), dialog('reopen', 'Shift+e', solved),
  dialog('call', 'l'), dialog('call-voicemail', 'l', { then: click('call-voicemail') }), dialog('chat', 'Shift+l'), dialog('notice', 'Shift+n'),
  dialog('escalate', 'Shift+u'), dialog('deescalate', 'Shift+d', { on: both(first, happens(() => globalThis.__fake.escalate(globalThis.__fake.tickets[0].id, 'Nine branches stand still.', ''))) }),
  dialog('skip', 'Shift+t', { on: both(press('t'), (page) => page.locator(id('ticket-subject')).waitFor()) }),
  dialog('promise', 'y'), dialog('promised', 'Shift+y', { on: both(first, press('y'), open, type('promise-text', 'The report on the move'), happens(() => globalThis.__fake.promise?.(''))) }),
  dialog('workaround', 'w'), dialog('work', 'Alt+o'), dialog('fix', 'Shift+w', { on: both(first, happens(() => globalThis.__fake.proposeWorkaround(globalThis.__fake.tickets[0].id, 'Send it over the second address.'))) }),
  dialog('snooze', 'z'), dialog('merge', 'd'), dialog('join', 'd', { on: see('Second mailbox'), query: asCustomer }), dialog('type', 'Shift+k'), dialog('tags', '#'), dialog('topic', 'Shift+m', { query: 'topics' }),
  dialog('people', 'Shift+c'), { name: 'dialog-people-later', steps: both(given('Prescriptions', { later: { mert: '2026-11-16T09:00:00Z' } }), press('Shift+c'), open) }, dialog('follow', 'Shift+o'), dialog('helpers', 'Shift+h'), dialog('grant', 'f', { on: first }), dialog('legal', 'Shift+v', { query: 'as=lead' }),
  dialog('strike', 'Shift+g', { on: misuse('strike') }), dialog('ban', 'Shift+x', { query: 'as=lead', on: misuse('ban') }),
  menu('rename', /Rename|subject/i), menu('language', /language/i), menu('private', /private/i, { on: paying, query: asCustomer }),
  { name: 'dialog-hold', steps: both(first, press('s'), (page) => page.getByRole('menuitem', { name: /hold/i }).or(page.getByRole('menuitemradio', { name: /hold/i })).first().click(), open) },
  { name: 'dialog-split', steps: both(first, (page) => page.locator(id('split')).first().click({ force: true }), open) },
  { name: 'dialog-held', steps: both(held, click('outbox-open'), (page) => page.getByRole('button', { name: 'Compare' }).click(), open) },
  { name: 'dialog-file', steps: files(['bounce.png', 'image/png', png]) },
  { name: 'dialog-file-text', steps: files(['mail.log', 'text/plain', '', { kind: 'text', charset: 'Windows-1252', guessed: true, odd: true, rest: 2_400_000, text: Array.from({ length: 60 }, (_, i) => `2026-11-19T14:06:${String(i).padStart(2, '0')}Z smtp[2811]: 4QXr: to=<kasse@papierladen-nord.example>, relay=mx${i % 3}.example[192.0.2.${i}]:25, delay=0.41, status=deferred (greylisted, try again ⟨U+202E⟩later ␛[31m)`).join('\n') }], ['bounce.png', 'image/png', png]) },
  { name: 'dialog-file-bomb', steps: files(['bounce.png', 'image/png', png, { width: 60_000, height: 60_000 }]) },
  { name: 'dialog-close', query: asCustomer, steps: both(paying, press('e'), open) },
];

export const states = [...door, ...inbox, ...ticket, ...requester, ...dialogs, ...harsh({ see, both, happens, press, click, type, id })];

/** Those that every test run draws and compares; each part of the window is in at least one. */
export const often = new Set(`
  signin-wrong problem
  inbox tabs side-by-side inbox-chosen-done inbox-empty inbox-loading inbox-offline inbox-new inbox-options inbox-zoom-200-ticket
  triage catch-up outbox board reports notified called search palette-typed keys settings
  ticket-note ticket-reply ticket-nobody ticket-solved ticket-escalated ticket-more-menu
  help help-customer help-since help-changed help-files help-comments help-mine help-followed
  customer customer-empty customer-chat new new-emergency new-topics
  dialog-assign dialog-solve dialog-call-voicemail dialog-held dialog-language dialog-work dialog-follow dialog-file-text evidence-picture evidence-log
  harsh-long harsh-markup harsh-blank
`.split(/\s+/).filter(Boolean));
