import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { NotifiedInfo } from '$lib/backend';
import { key, openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const forward = '0198b000-0000-7000-8000-000000000001';

async function open(options: Parameters<typeof openDesk>[0] = {}, article = '') {
  const made = await openDesk({ outbox: false, ...options });
  renderIn(made.desk, Shell);
  await settle();
  made.desk.openHelp(article);
  await settle();
  return made;
}
const press = async (id: string) => {
  await fireEvent.click(screen.getByTestId(id));
  await settle();
};
const type = async (id: string, value: string) => {
  await fireEvent.input(screen.getByTestId(id), { target: { value } });
  await settle();
};
const titles = () => screen.queryAllByTestId('article-row').map((r) => r.querySelector('.cut')?.textContent);

/** A new request whose subject an article answers. */
async function suggested(desk: Awaited<ReturnType<typeof open>>['desk']) {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  desk.write();
  await settle();
  await type('new-subject', 'My mailbox is full');
  await vi.advanceTimersByTimeAsync(400);
  vi.useRealTimers();
  await settle();
}

test('a customer finds an article, reads it, says whether it helped and changes that', async () => {
  const { fake } = await open({ as: 'customer' });
  expect(titles()).not.toContain('Restore a customer’s database');
  expect(titles().at(2)).toBe('Set up mail on a telephone'); // old ones sink
  await type('help-words', 'smtp nothing');
  expect(screen.getByTestId('help-none')).toBeInTheDocument();
  await type('help-words', 'forward');
  expect(titles()).toEqual(['Forward mail to another address']);
  await fireEvent.click(screen.getAllByTestId('article-row')[0]!);
  await settle();
  const text = screen.getByTestId('article-text');
  expect(text.querySelectorAll('ol li')).toHaveLength(3);
  expect(text.querySelector('pre')).toHaveTextContent('550 5.7.23');
  expect(screen.getByTestId('article')).toHaveTextContent('Helped 20 people or more');
  expect(await violations(document.body)).toEqual([]);
  const voted = vi.spyOn(fake, 'voteArticle');
  await press('vote-yes');
  expect(screen.getByTestId('vote-yes')).toHaveAttribute('aria-pressed', 'true');
  await press('vote-no');
  expect(screen.getByTestId('vote-no')).toHaveAttribute('aria-pressed', 'true');
  expect(voted).toHaveBeenCalledTimes(2);
});

test('asking about an article takes its title and what was looked for along', async () => {
  const { desk, fake } = await open({ as: 'customer' });
  await type('help-words', 'forward');
  await fireEvent.click(screen.getAllByTestId('article-row')[0]!);
  await settle();
  await press('article-ask');
  expect(desk.place).toBe('new');
  expect(screen.getByTestId<HTMLInputElement>('new-subject').value).toBe('Forward mail to another address');
  expect(desk.draft?.text).toBe('forward');
  expect(desk.begins.tried).toEqual([forward]);
  expect((await fake.article(forward)).vote).toBe('');
});

test('keys walk the articles in their order, and lead back', async () => {
  const { desk } = await open({ as: 'customer' });
  const shown = titles();
  key(desk, 'j');
  await settle();
  expect(screen.getByTestId('article')).toHaveTextContent(shown[0]!);
  key(desk, 'j');
  await settle();
  expect(screen.getByTestId('article')).toHaveTextContent(shown[1]!);
  key(desk, 'k');
  await settle();
  expect(screen.getByTestId('article')).toHaveTextContent(shown[0]!);
  key(desk, 'Escape');
  await settle();
  expect(desk.place).toBe('inbox');
});

test('what changed is shown line by line', async () => {
  await open({ as: 'customer' }, forward);
  await press('article-earlier');
  const dialog = screen.getByRole('dialog');
  expect(dialog.querySelectorAll('.new').length).toBeGreaterThan(2);
  expect(dialog.querySelector('ins')).toHaveTextContent('to another address');
  expect(await violations(dialog)).toEqual([]);
});

test('a comment is sent, and an empty one is not', async () => {
  const { fake } = await open({ as: 'customer' }, forward);
  expect(screen.getByTestId('comment-send')).toBeDisabled();
  await type('comment-text', 'Step 3 is not there');
  await press('comment-send');
  expect(screen.getByTestId('article-comment')).toHaveTextContent('Step 3 is not there');
  expect(screen.getByTestId<HTMLTextAreaElement>('comment-text').value).toBe('');
  expect((await fake.article(forward)).said).toHaveLength(1);
});

test('the team makes a ticket of a comment, for whoever wrote it, and the comment is done', async () => {
  const { desk, fake } = await open({ as: 'lead', rows: 0 });
  fake.articles[0]!.said = [{ id: 'c1', by: 'elif', who: 'Elif Aydın', at: '2026-11-01T09:00:00Z', text: 'Step 3 is not there', done: false, ticket: '', waits: false }];
  desk.openHelp(forward);
  await settle();
  await press('comment-ticket');
  expect(desk.place).toBe('new');
  expect(screen.getByTestId<HTMLTextAreaElement>('new-text').value).toBe('Step 3 is not there');
  const sent = vi.spyOn(fake, 'openTicket');
  await press('new-department-mail');
  await press('new-send');
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ requester: 'elif', text: 'Step 3 is not there' });
  expect(fake.articles[0]!.said[0]).toMatchObject({ done: true, ticket: desk.selection.ticket });
});

test('a lead writes, is told what is wrong, keeps every word, and publishes', async () => {
  const { desk, fake } = await open({ as: 'lead' });
  key(desk, 'a');
  await settle();
  await type('article-words', '1. Wait\n2. Try again');
  await fireEvent.blur(window);
  expect(fake.keptDrafts.get('')?.text).toContain('Try again');
  desk.openHelp(forward); // and away from it
  await settle();
  await fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  await settle();
  key(desk, 'a');
  await settle();
  expect(screen.getByTestId<HTMLTextAreaElement>('article-words').value).toContain('Try again');
  await press('article-submit');
  expect(screen.getByTestId('article-editor')).toHaveTextContent('The article has no title.');
  expect(screen.getByTestId<HTMLTextAreaElement>('article-words').value).toContain('Try again');
  expect(await violations(document.body)).toEqual([]);
  await type('article-title', 'When nothing works');
  await press('article-submit');
  expect(screen.getByTestId('article')).toHaveTextContent('Waits for review');
  expect(fake.keptDrafts.size).toBe(0);
  await press('article-return');
  await press('article-decide');
  expect(screen.getByRole('dialog')).toHaveTextContent('There is no reason.');
  await fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  await fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  await settle();
  await press('article-publish');
  await type('article-why', 'new');
  await press('article-decide');
  expect((await fake.article(desk.article)).state).toBe('published');
  expect(screen.queryByTestId('article-publish')).toBeNull();
});

test('offline it says of when it is, and what came back from the outbox is gone on with', async () => {
  const { desk, fake } = await open({ as: 'lead', state: 'offline' }, forward);
  expect(screen.queryByTestId('help-kept')).toBeNull();
  fake.articles.find((a) => a.id === forward)!.kept = '2026-09-01T09:00:00Z';
  fake.emit('help', {});
  await settle();
  expect(screen.getByTestId('help-kept')).toHaveTextContent('Kept here since');
  await fake.keepArticle({ ...(await fake.article(forward)), id: forward, edit: 2, text: 'his words', at: '', sent: false, reason: '' });
  desk.go('inbox');
  await settle();
  desk.openHelp(forward, 'writing');
  await settle();
  expect(screen.getByTestId<HTMLTextAreaElement>('article-words').value).toBe('his words');
});

test('a section is followed, made, and refused without a name', async () => {
  const { fake } = await open({ as: 'lead' });
  await fireEvent.click(screen.getAllByTestId('section-follow')[0]!);
  await settle();
  await fireEvent.click(screen.getByRole('menuitemradio', { name: 'Tell me at once what changes' }));
  await settle();
  expect(fake.sections[0]?.follow).toBe('all');
  await press('section-new');
  await press('section-save');
  expect(screen.getByRole('dialog')).toHaveTextContent('The section has no name.');
  await type('section-name', 'Größe & Web');
  await press('section-save');
  expect(fake.sections.map((s) => s.id)).toContain('gro-e-web');
});

test('articles stand beside what is asked; one that did not help goes along with the request', async () => {
  const { desk, fake } = await open({ as: 'customer', rows: 0 });
  const sent = vi.spyOn(fake, 'openTicket');
  const voted = vi.spyOn(fake, 'voteArticle');
  await suggested(desk);
  const offers = screen.getByTestId('offers');
  await fireEvent.click(within(offers).getAllByTestId('offer-read')[0]!);
  await settle();
  expect(screen.getByRole('dialog')).toHaveTextContent('552 5.2.2');
  expect(await violations(screen.getByRole('dialog'))).toEqual([]);
  await press('offer-not');
  expect(voted).toHaveBeenCalledWith('0198b000-0000-7000-8000-000000000002', false, false);
  expect(screen.queryByText('The mailbox is full')).toBeNull();
  await press('new-department-mail');
  const saved = vi.spyOn(fake, 'saveDraft');
  await type('new-text', 'Still full.');
  await vi.waitFor(() => expect(saved.mock.calls.at(-1)?.[0].tried).toEqual(['0198b000-0000-7000-8000-000000000002']), { timeout: 5000 });
  await press('new-send');
  expect(sent.mock.calls[0]?.[0]).toMatchObject({ subject: 'My mailbox is full', tried: ['0198b000-0000-7000-8000-000000000002'] });
});

test('an article that solved it closes the form and is counted with it', async () => {
  const { desk, fake } = await open({ as: 'customer', rows: 0 });
  const voted = vi.spyOn(fake, 'voteArticle');
  const dropped = vi.spyOn(fake, 'dropDraft');
  await suggested(desk);
  await fireEvent.click(screen.getAllByTestId('offer-read')[0]!);
  await settle();
  await press('offer-solved');
  expect(voted).toHaveBeenCalledWith('0198b000-0000-7000-8000-000000000002', true, true);
  expect(dropped).toHaveBeenCalledOnce();
  expect(desk.place).toBe('help');
  expect(screen.getByTestId('article')).toHaveTextContent('The mailbox is full');
});

test('an article comes with its files: shown in the text by name, looked at and saved as a ticket’s', async () => {
  const { fake, desk } = await open({ as: 'customer' }, forward);
  const of = `article/${forward}`;
  const picture = screen.getByTestId('article-picture');
  expect(within(picture).getByRole('img')).toHaveAttribute('src', expect.stringMatching(/^data:image/));
  expect(screen.getByTestId('article-files')).toHaveTextContent('mail-settings.pdf');
  const looked = vi.spyOn(fake, 'lookFile');
  const saved = vi.spyOn(fake, 'saveFile');
  await fireEvent.click(picture);
  await settle();
  expect(screen.getByTestId('viewer')).toBeInTheDocument();
  expect(looked).toHaveBeenCalledWith(of, 'h-forwarding.png');
  key(desk, 'Escape');
  await settle();
  await fireEvent.click(screen.getAllByRole('button', { name: 'Save mail-settings.pdf' })[0]!);
  await settle();
  expect(saved).toHaveBeenCalledWith(of, 'h-mail-settings.pdf');
});

test('files are attached while an article is written, shown in the text, and taken out again', async () => {
  const { fake } = await open({ as: 'lead' }, forward);
  const made = vi.spyOn(fake, 'writeArticle');
  await press('article-edit');
  await press('article-attach');
  const editor = within(screen.getByTestId('article-editor'));
  expect(editor.getAllByTestId('file-chip').length).toBeGreaterThan(2);
  fake.emit('dropped', { files: [{ hash: 'h-new', name: 'a picture.png', size: 10, type: 'image/png', state: 'here', progress: 1, preview: 'data:image/png,x' }], faults: [], large: [] });
  await settle();
  await fireEvent.click(editor.getByRole('button', { name: 'Show a picture.png in the text' }));
  await settle();
  expect(screen.getByTestId<HTMLTextAreaElement>('article-words').value).toContain('![](<a picture.png>)');
  await fireEvent.click(editor.getByRole('button', { name: 'Remove mail-settings.pdf' }));
  await press('article-keep');
  const draft = made.mock.calls[0]?.[0];
  expect(draft?.files.map((f) => f.name)).toContain('a picture.png');
  expect(draft?.files.map((f) => f.name)).not.toContain('mail-settings.pdf');
  expect(draft?.text).toContain('![](<a picture.png>)');
});

test('what changed since one read an article is shown, also from a notice, and reading it is noted once', async () => {
  const made = await openDesk({ outbox: false, as: 'customer' });
  const { desk, fake } = made;
  const a = fake.articles.find((x) => x.id === forward)!;
  a.read = a.earlier[0]!.published;
  const noted = vi.spyOn(fake, 'readArticle');
  const told: NotifiedInfo = {
    id: 1, ticket: '', seq: 0, number: '', subject: a.title, kind: 'changed', class: 'progress', who: '', has: '', status: '', what: '', articles: 2, article: forward,
    news: [{ article: forward, title: a.title, changed: 'What to do when it does not arrive' }, { article: 'x', title: 'Another', changed: '' }], emergency: false, helps: false, promise: false, call: false, mine: false, at: a.published, seen: false, times: 1, quiet: false,
  };
  fake.notified = () => Promise.resolve({ items: [told], unseen: 1, calls: [], quiet: '' });
  renderIn(desk, Shell);
  await settle();
  desk.show('notified');
  await settle();
  expect(screen.getAllByTestId('notified-news').map((x) => x.textContent)).toEqual(['Forward mail to another address' + 'What to do when it does not arrive', 'Another']);
  await fireEvent.click(screen.getAllByTestId('notified-news')[0]!);
  await settle();
  expect(screen.getByTestId('earlier-articles')).toHaveTextContent('Since you read it, as of');
  expect(screen.getByTestId('earlier-articles')).toHaveTextContent('New: What to do when it does not arrive');
  key(desk, 'Escape');
  await settle();
  // The line stays while it is read, though it is noted by now.
  expect(screen.getByTestId('article-since')).toBeInTheDocument();
  fake.emit('help', {});
  await settle();
  expect(noted).toHaveBeenCalledTimes(1);
  expect(screen.getByTestId('article-since')).toBeInTheDocument();
  desk.openHelp('0198b000-0000-7000-8000-000000000002');
  await settle();
  desk.openHelp(forward);
  await settle();
  expect(screen.queryByTestId('article-since')).toBeNull();
});

test('a section is followed at once or daily, and stands among what one follows', async () => {
  const { fake } = await open({ as: 'customer' });
  await fireEvent.click(screen.getAllByTestId('section-follow')[0]!);
  await settle();
  await fireEvent.click(screen.getByRole('menuitemradio', { name: 'Tell me once a day' }));
  await settle();
  expect(fake.sections.find((s) => s.id === 'mail')?.follow).toBe('digest');
  await press('help-followed');
  expect(screen.getByTestId('help-list')).toHaveTextContent('daily');
  expect(titles()).toContain('Forward mail to another address');
});

test('the language of an article is chosen, and shown where it is another', async () => {
  const { fake } = await open({ as: 'lead' }, forward);
  await press('article-edit');
  const chosen = screen.getByTestId<HTMLSelectElement>('article-language');
  expect([...chosen.options].map((o) => o.value)).toEqual(['', 'en', 'de']);
  expect(chosen.value).toBe('en');
  await fireEvent.change(chosen, { target: { value: 'de' } });
  await press('article-keep');
  await press('article-publish');
  await press('article-decide');
  expect((await fake.article(forward)).language).toBe('de');
  expect(screen.getByTestId('article')).toHaveTextContent('In German');
  expect(screen.getAllByTestId('article-row')[0]).toHaveTextContent('German');
});
