// An engineer's day without the mouse: nothing here clicks, and nothing is filled in but by its keys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, password, people, server } from './desk.mjs';

let browser, w;
const answered = [];
before(async () => {
  browser = await launch();
  w = await open(browser, 'engineer');
});
after(async () => browser.close());

const press = async (...keys) => {
  for (const k of keys) await w.page.keyboard.press(k);
};
const type = (text) => w.page.keyboard.type(text);
const focus = () => w.page.evaluate(() => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? '');
const focused = (id) => w.page.waitForFunction((want) => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') === want, id);

/** Presses Tab until the part has the focus, as somebody would who looks for it. */
async function tabTo(id, most = 60) {
  for (let i = 0; i < most; i++) {
    if ((await focus()) === id) return;
    await press('Tab');
  }
  assert.fail(`${most} times Tab and never at ${id}`);
}

/** Opens a ticket by its number. */
async function go(number) {
  await press('/');
  await focused('find-text');
  await type(number);
  await w.at('find-row').filter({ hasText: number }).first().waitFor();
  await press('Enter');
  await w.at('find-text').waitFor({ state: 'detached' });
  await w.page.getByRole('main').getByText(number).first().waitFor();
}

const numbers = () => w.at('row').evaluateAll((rows) => rows.map((r) => /#\d+/.exec(r.textContent ?? '')?.[0] ?? ''));

test('signs in', async () => {
  await focused('signin-server');
  await type(server);
  await press('Tab');
  await type(people.engineer);
  await press('Tab');
  await type(password);
  await press('Enter');
  await w.at('status-connection').filter({ hasText: 'Live' }).waitFor({ timeout: 30_000 });
  await w.at('row').first().waitFor();
});

test('takes ten at once, takes that back, and takes them again', async () => {
  await press('Escape', 'g', 'a', 'j', 'x');
  for (let i = 0; i < 9; i++) await press('Shift+ArrowDown');
  const take = async () => {
    await press('a');
    await focused('many-query');
    await type('jonas');
    await press('Enter');
    await w.at('bulk-result').filter({ hasText: '10 assigned' }).waitFor();
  };
  await take();
  await press('Control+z');
  await w.at('bulk-bar').filter({ hasText: '10' }).waitFor();
  await take();
});

test('answers five with a ready answer', async () => {
  for (let i = 0; i < 5; i++) {
    const [number] = await numbers();
    assert.match(number, /^#\d+$/);
    answered.push(number);
    await go(number);
    await press('m');
    await focused('reply-text');
    await type('done');
    await w.page.getByRole('option', { name: /Done, anything else/ }).waitFor();
    await press('Enter');
    await w.page.waitForFunction(() => /it is done\. If anything is left/.test(document.activeElement?.value ?? ''));
    await press('Control+Enter');
    await w.at('entry-text').filter({ hasText: 'it is done' }).first().waitFor();
    await press('Escape');
    await w.page.waitForFunction((n) => ![...document.querySelectorAll('[data-testid="row"]')].slice(0, 1).some((r) => r.textContent?.includes(n)), number);
  }
});

test('passes one on, with the reason', async () => {
  const [number] = await numbers();
  await go(number);
  await press('Shift+A');
  await focused('refer-to-care').catch(() => undefined);
  await press('ArrowDown', 'ArrowDown', ' ');
  await tabTo('refer-reason');
  await type('It is about the invoice, not the mail.');
  await press('Control+Enter');
  await w.at('refer-dialog').waitFor({ state: 'detached' });
});

test('puts two together', async () => {
  await go('#22057');
  await press('d');
  await focused('merge-query');
  await type('22048');
  await w.at('merge-dialog').getByRole('option', { name: /22048/ }).waitFor();
  await press('Enter');
  await w.at('merge-dialog').waitFor({ state: 'detached' });
  await w.page.getByRole('main').getByText(/#22048/).first().waitFor();
});

test('finds what was answered among the solved', async () => {
  await press('Escape', 'g', 's');
  for (const number of answered) await w.at('row').filter({ hasText: number }).first().waitFor();
});

test('finds one by its words', async () => {
  await press('/');
  await focused('find-text');
  await type('scanner cannot');
  await w.at('find-row').filter({ hasText: 'Scanner cannot write' }).first().waitFor();
  await press('Enter');
  await w.page.getByRole('heading', { name: /Scanner cannot write/ }).waitFor();
});

test('signs out when everything has gone', async () => {
  await w.page.waitForFunction(() => !/Outbox \d/.test(document.querySelector('[data-testid="status-bar"]')?.textContent ?? document.body.innerText.split('\n').slice(-12).join(' ')), null, { timeout: 60_000 });
  await press('Control+,');
  await tabTo('signout');
  await press('Enter');
  await w.at('signin-server').waitFor({ timeout: 20_000 });
});

test('nothing went wrong in the page', () => assert.deepEqual(w.faults.filter((f) => !/Content Security Policy|Failed to fetch|ERR_/.test(f)), []));
