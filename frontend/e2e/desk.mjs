// What every browser test needs: Chromium, the two pages, and words for their parts.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const env = (name) => {
  const v = process.env[name];
  if (!v) throw new Error(`${name} is not set; run me with: go run ./build/task test -only browser`);
  return v;
};

export const server = env('DOCKET_SERVER');
export const password = env('DOCKET_PASSWORD');
export const people = { customer: env('DOCKET_CUSTOMER'), engineer: env('DOCKET_ENGINEER') };
const pages = { customer: env('DOCKET_PAGE_customer'), engineer: env('DOCKET_PAGE_engineer') };

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((p) => existsSync(p));

export async function launch() {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

// The development server's own script throws this once; it is not in the product.
const knownNoise = [/\/wails\/ipc\.js/, /reading 'nodes'/];

/** Opens the page of who and collects everything that went wrong in it. */
export async function open(browser, who, viewport = { width: 1440, height: 900 }) {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (e) => {
    const text = `${e.message}\n${e.stack}`;
    if (!knownNoise.some((r) => r.test(text))) faults.push(text);
  });
  page.on('console', (m) => {
    if (m.type() === 'error' && !knownNoise.some((r) => r.test(m.text()))) faults.push(m.text());
  });
  await page.goto(pages[who]);
  return { page, context, faults, at: (id) => page.locator(`[data-testid="${id}"]`) };
}

export async function signIn(w, who) {
  await w.at('signin-server').fill(server);
  await w.at('signin-person').fill(people[who]);
  await w.at('signin-password').fill(password);
  await w.at('signin-submit').click();
  await w.at('status-connection').filter({ hasText: 'Live' }).waitFor({ timeout: 30_000 });
}
