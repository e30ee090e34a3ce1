// Takes pictures of the built window over the fake desk, under the policy the
// program uses: node scripts/shots.mjs OUT [name-filter]
import { createServer } from 'node:http';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const out = process.argv[2] ?? 'shots';
const only = process.argv[3] ?? '';
const dist = process.env.DIST ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const server = createServer(async (req, res) => {
  const name = new URL(req.url, 'http://x').pathname;
  try {
    const file = path.join(dist, name === '/' ? 'index.html' : path.normalize(name));
    const body = await readFile(file);
    res.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy });
    res.end(body);
  } catch {
    res.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}/`;

const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

const sizes = { 1440: [1440, 900], 1024: [1024, 640], 1600: [1600, 1000], 2560: [2560, 1440] };
const first = (page) => page.locator('[data-testid=row]').first().click();
const key = (keys) => (page) => page.keyboard.press(keys);
const both = (...steps) => async (page) => { for (const step of steps) await step(page); };

/** name, query, size, steps */
const shots = [
  ['inbox', '', 1440, first], ['inbox', '', 1024, first], ['inbox', '', 1600, first], ['inbox', '', 2560, first],
  ['inbox-new', '', 1440, both((p) => p.click('[data-testid="view-dept:mail"]'), (p) => p.waitForTimeout(200), first, (p) => p.evaluate(() => window.__fake.arrive(3, { priority: 'emergency' })), (p) => p.waitForTimeout(300))],
  ['customer', 'as=customer', 1440, (p) => p.getByText('Paying takes').first().click()],
  ['customer', 'as=customer', 1024, (p) => p.getByText('Paying takes').first().click()],
  ['customer-shared', 'as=customer', 1440, (p) => p.locator('[data-testid=view-shared]').click()],
  ['offline', 'state=offline', 1440, both((p) => p.locator('[data-testid=row]').nth(4).click(), (p) => p.locator('[data-testid=outbox-open]').click())],
  ['offline', 'state=offline', 1024, both((p) => p.locator('[data-testid=row]').nth(4).click(), (p) => p.locator('[data-testid=outbox-open]').click())],
  ['catchup', 'catchup', 1440, (p) => p.locator('[data-testid=outbox-open]').click()],
  ['back', 'catchup&state=offline', 1440, both((p) => p.evaluate(() => { window.__fake.setLine({ state: 'syncing', since: '' }); window.__fake.setLine({ state: 'live', asOf: new Date().toISOString() }); }), (p) => p.locator('[data-testid=outbox-open]').click())],
  ['signin', 'boot=signed_out', 1440, null], ['signin', 'boot=signed_out', 1024, null],
  ['signin-wrong', 'boot=signed_out', 1440, async (p) => { await p.fill('[data-testid=signin-server]', 'support.example.org'); await p.fill('[data-testid=signin-person]', 'elif'); await p.fill('[data-testid=signin-password]', 'wrong'); await p.click('[data-testid=signin-submit]'); }],
  ['invitation', 'boot=signed_out', 1440, (p) => p.click('[data-testid=signin-invited]')],
  ['unlock', 'boot=locked', 1440, null], ['problem', 'boot=problem', 1440, null],
  ['empty', 'empty', 1440, null], ['customer-empty', 'empty&as=customer', 1440, null],
  ['filling', 'filling=0.25', 1440, null], ['filling-empty', 'filling=0.02&empty', 1440, null], ['loading', 'slow=60000', 1440, null],
  ['refused', 'state=refused', 1440, null],
  ['find', '', 1440, both(key('/'), (p) => p.keyboard.type('mail'), (p) => p.waitForTimeout(200))],
  ['call', '', 1440, both(first, key('l'))],
  ['call-voicemail', '', 1440, both(first, key('l'), (p) => p.click('[data-testid=call-voicemail]'), (p) => p.fill('[data-testid=call-minutes]', '1'))],
  ['call-voicemail', '', 1024, both(first, key('l'), (p) => p.click('[data-testid=call-voicemail]'))],
  ['call-silent', '', 1440, both(first, key('l'), (p) => p.click('[data-testid=call-voicemail]'), (p) => p.click('[data-testid=call-silent]'), (p) => p.click('[data-testid=call-dialog-go]'))],
  ['call-told', '', 1440, both(first, key('l'), (p) => p.click('[data-testid=call-voicemail]'), (p) => p.fill('[data-testid=call-note]', 'Third try this week.'), (p) => p.click('[data-testid=call-dialog-go]'), (p) => p.waitForTimeout(300), key('l'), (p) => p.click('[data-testid=call-no_answer]'), (p) => p.click('[data-testid=call-dialog-go]'), (p) => p.waitForTimeout(300))],
  ['chat', '', 1440, both(first, key('Shift+L'))], ['notice', '', 1440, both(first, key('Shift+N'))],
  ['keys', '', 1440, key('?')], ['settings', '', 1440, key('Control+,')],
  ['settings-leave', '', 1440, both(key('Control+,'), (p) => p.click('[data-testid=signout]'))],
  ['zoom200', '', 1440, both(...Array.from({ length: 5 }, () => key('Control+=')))],
  ['options', '', 1440, both(first, key('v'))], ['customer-options', 'as=customer', 1440, key('v')],
  ['options-compact', '', 1440, both(key('v'), (p) => p.click('[data-testid=density-compact]'), (p) => p.click('[data-testid=column-department]'), (p) => p.click('[data-testid=sort-newest]'), key('Escape'))],
  ['options-line', '', 2560, both((p) => p.click('[data-testid=view-all_open]'), (p) => p.locator('[role=separator]').press('End'), key('v'), (p) => p.click('[data-testid=column-department]'), (p) => p.click('[data-testid=column-status]'), (p) => p.click('[data-testid=density-compact]'))],
  ['line', '', 2560, both((p) => p.click('[data-testid=view-all_open]'), (p) => p.locator('[role=separator]').press('End'), (p) => p.waitForTimeout(200))],
  ['big', 'rows=100000', 1440, both((p) => p.locator('[data-testid=view-all_open]').click(), (p) => p.evaluate(() => (document.querySelector('[data-testid=list]').scrollTop = 2_000_000)), (p) => p.waitForTimeout(300))],
  ['new', 'as=customer', 1440, key('c')], ['new', 'as=customer', 1024, key('c')],
  ['proposal', '', 1440, (p) => p.locator('[data-testid=row]').nth(1).click()], ['proposal', '', 1024, (p) => p.locator('[data-testid=row]').nth(1).click()],
  ['new-urgent', 'as=customer', 1440, both(key('c'), (p) => p.click('[data-testid=new-urgency-emergency]'), (p) => p.locator('[data-testid=claim-stopped]').check({ force: true }))],
  ['new-urgent', 'as=customer', 1024, both(key('c'), (p) => p.click('[data-testid=new-urgency-emergency]'), (p) => p.locator('[data-testid=claim-stopped]').check({ force: true }))],
];

await mkdir(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--font-render-hinting=none', '--force-color-profile=srgb'] });
let bad = 0;
for (const [name, query, size, steps] of shots) {
  for (const theme of ['light', 'dark']) {
    const label = `${name}-${theme}${size === 1440 ? '' : `-${size}`}`;
    if (!label.startsWith(only) && !label.match(new RegExp(only || '.^'))) continue;
    const [width, height] = sizes[size];
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
    page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) { bad++; console.log(label, m.text()); } });
    page.on('pageerror', (e) => { bad++; console.log(label, e.message); });
    await page.clock.setFixedTime(new Date('2026-11-19T14:06:32'));
    await page.goto(`${base}?${query}&theme=${theme}`);
    await page.waitForTimeout(350);
    await page.evaluate(() => document.fonts.ready);
    try {
      if (steps) await steps(page);
    } catch (e) {
      bad++;
      console.log(label, String(e).split('\n')[0]);
    }
    await page.waitForTimeout(250);
    // Colours need a real engine: contrast is checked here, in both themes.
    const faults = await page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.flatMap((v) => v.nodes.slice(0, 6).map((n) => v.id + ' ' + n.target.join(' ') + ' ' + (n.any[0]?.message ?? n.failureSummary ?? '').slice(0, 160)))); })()`);
    for (const fault of faults) { bad++; console.log(label, fault); }
    await page.screenshot({ path: path.join(out, `${label}.png`) });
    await page.close();
  }
}
await browser.close();
server.close();
if (bad) process.exitCode = 1;
