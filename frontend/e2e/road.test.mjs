// A ticket from one page to the other and back, over the real backend.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, open, password, people, server, signIn } from './desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser, customer, engineer;

before(async () => {
  browser = await launch();
  customer = await open(browser, 'customer');
  engineer = await open(browser, 'engineer');
});
after(async () => browser.close());

const subject = 'Backups of the shop stopped on Sunday';
const secret = 'canary-7f31c2 the snapshot job ran out of quota';

async function accessible(w, where) {
  // The policy forbids scripts from elsewhere; the tester's own comes in through the debugger.
  await w.page.evaluate(axe);
  const { violations } = await w.page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }));
  assert.deepEqual(violations.map((v) => `${where}: ${v.id}: ${v.nodes.map((n) => n.target).join(' ; ')}`), []);
}

// A message waits 15 seconds before it goes, so that it can be taken back; one behind it on the ticket a little longer.
const afterGrace = 45_000;

test('a wrong password and a wrong server are told apart, and the form keeps what was typed', async () => {
  await customer.at('signin-server').fill(server);
  await customer.at('signin-person').fill(people.customer);
  await customer.at('signin-password').fill('not the password');
  await customer.at('signin-submit').click();
  await customer.page.getByRole('alert').first().waitFor();
  assert.match(await customer.page.getByRole('alert').first().innerText(), /password/i);
  assert.equal(await customer.at('signin-person').inputValue(), people.customer);
  await customer.at('signin-server').fill('http://127.0.0.1:9');
  await customer.at('signin-password').fill(password);
  await customer.at('signin-submit').click();
  await customer.page.getByRole('alert').filter({ hasText: /reach|server/i }).waitFor();
});

test('both sign in and see their lists', async () => {
  await signIn(customer, 'customer');
  await signIn(engineer, 'engineer');
  await customer.at('row').first().waitFor();
  await engineer.at('row').first().waitFor();
  await accessible(customer, 'customer');
  await accessible(engineer, 'engineer');
});

test('a ticket goes to the engineer, a note stays there, a reply comes back', async () => {
  await customer.at('new-ticket').click();
  await customer.at('new-topic-other').click();
  await customer.at('new-department-servers').click();
  await customer.at('new-subject').fill(subject);
  await customer.at('new-text').fill('The last one is from Saturday 02:00.\n\n```\nbackup: exit 28\n```');
  await customer.page.keyboard.press('Control+Enter');
  await customer.at('receipt').filter({ hasText: 'Confirmed' }).first().waitFor({ timeout: 20_000 });

  await engineer.page.keyboard.press('Escape');
  await engineer.at('view-all_open').or(engineer.at('view-triage')).first().click();
  const row = engineer.at('row').filter({ hasText: subject });
  await row.waitFor({ timeout: 20_000 });
  await row.click();
  await engineer.at('entry-text').filter({ hasText: 'exit 28' }).waitFor();

  await engineer.at('note-switch').click();
  await engineer.at('note-text').fill(secret);
  await engineer.page.keyboard.press('Control+Enter');
  await engineer.at('entry-text').filter({ hasText: secret }).waitFor();

  await engineer.page.keyboard.press('Escape');
  await engineer.page.keyboard.press('r');
  await engineer.at('reply-text').fill('It runs again; tonight’s will be there at 02:10.');
  await engineer.page.keyboard.press('Control+Enter');
  await customer.at('entry-text').filter({ hasText: 'tonight’s' }).waitFor({ timeout: afterGrace });
  assert.equal((await customer.page.content()).includes('canary-7f31c2'), false, 'an internal note reached the customer’s page');
});

test('the customer’s answer reaches the engineer once, and a draft survives a reload', async () => {
  await customer.at('reply-text').fill('Thank you, I will look tomorrow.');
  await customer.page.keyboard.press('Control+Enter');
  const entries = engineer.at('entry-text').filter({ hasText: 'I will look tomorrow' });
  await entries.first().waitFor({ timeout: afterGrace });
  assert.equal(await entries.count(), 1);
  await customer.at('reply-text').fill('half a thought');
  await customer.page.waitForFunction(() => /saved/i.test(document.body.innerText));
  await customer.page.reload();
  await customer.at('row').filter({ hasText: subject }).click();
  await customer.page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((t) => t.value === 'half a thought'));
});

test('a voicemail is logged by keys, its message goes along and its note stays', async () => {
  await engineer.page.keyboard.press('Escape');
  await engineer.page.locator('[role="log"]').click();
  await engineer.page.keyboard.press('l');
  await engineer.at('call-voicemail').click();
  const words = await engineer.at('call-text').inputValue();
  assert.match(words, /^Hello \S+,\n\nI called you at \d\d:\d\d and left a voicemail\./);
  await engineer.at('call-text').fill('');
  await engineer.at('call-dialog-go').click();
  await engineer.page.getByRole('alert').filter({ hasText: 'needs a message with it' }).waitFor();
  await accessible(engineer, 'engineer logging a call');
  await engineer.at('call-text').fill(`${words} You can also write here.`);
  await engineer.at('call-number').fill('+49 30 5550199');
  await engineer.at('call-note').fill('canary-0c41d9 third try');
  await engineer.page.keyboard.press('Control+Enter');
  await engineer.at('call-dialog').waitFor({ state: 'detached' });
  await engineer.at('entry').filter({ hasText: '(+49 30 5550199) and left a voicemail' }).waitFor();
  await engineer.at('entry-text').filter({ hasText: 'canary-0c41d9' }).waitFor();
  await customer.at('entry').filter({ hasText: 'called you and left a voicemail' }).waitFor({ timeout: 20_000 });
  await customer.at('entry-text').filter({ hasText: 'You can also write here.' }).waitFor({ timeout: 20_000 });
  const page = await customer.page.content();
  assert.equal(page.includes('canary-0c41d9') || page.includes('5550199'), false, 'the note or the number reached the customer’s page');
});

test('nothing overflows from 1024×640 to 2560, in both themes', async () => {
  for (const w of [customer, engineer]) {
    for (const size of [{ width: 1024, height: 640 }, { width: 1600, height: 1000 }, { width: 2560, height: 1440 }]) {
      for (const scheme of ['light', 'dark']) {
        await w.page.emulateMedia({ colorScheme: scheme });
        await w.page.setViewportSize(size);
        const over = await w.page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]);
        assert.deepEqual(over.map((n) => Math.max(0, n)), [0, 0], `${size.width}×${size.height} ${scheme}`);
      }
    }
    await w.page.setViewportSize({ width: 1440, height: 900 });
  }
  await accessible(engineer, 'engineer with a ticket');
  await accessible(customer, 'customer with a ticket');
});

test('the policy holds: no inline script runs, nothing but the program is spoken to', async () => {
  const ran = await customer.page.evaluate(() => {
    const s = document.createElement('script');
    s.textContent = 'globalThis.__ran = true';
    document.head.append(s);
    return globalThis.__ran === true;
  });
  assert.equal(ran, false);
  const reached = await customer.page.evaluate((url) => fetch(url).then(() => true, () => false), server + '/v1/hello');
  assert.equal(reached, false);
});

test('nothing went wrong in either page', () => {
  const ours = (f) => !/Content Security Policy|Failed to fetch|ERR_/.test(f);
  assert.deepEqual([...customer.faults, ...engineer.faults].filter(ours), []);
});
