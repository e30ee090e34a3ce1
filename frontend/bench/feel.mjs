// Measures how the built page feels, in Chromium over the sample desk in memory with 100,000 tickets:
// frames while a list scrolls and while changes come, the time from a key to the paint that shows it,
// and how much is loaded. One JSON object on standard output.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { launch, open, settle } from '../gallery/stage.mjs';

const dist = path.join(import.meta.dirname, '..', 'dist');
const stage = await launch();

/** How long frames took, of those in which something had to be drawn: p50, p99 and the longest, in ms. */
function spread(all) {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (q) => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(1));
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Runs the function in the page and gives the time between the frames meanwhile. */
async function frames(page, during) {
  await page.evaluate(() => {
    const times = (globalThis.__frames = []);
    let last = performance.now();
    globalThis.__counting = true;
    requestAnimationFrame(function tick(now) {
      times.push(now - last);
      last = now;
      if (globalThis.__counting) requestAnimationFrame(tick);
    });
  });
  await during();
  return spread((await page.evaluate(() => { globalThis.__counting = false; return globalThis.__frames; })).slice(2));
}

/** From each key to the next paint, as the engine's own event timing has it (to 8 ms) and by a frame after the key (exact). */
async function typed(page, keys) {
  await page.evaluate(() => {
    globalThis.__keys = [];
    document.addEventListener('keydown', () => {
      const at = performance.now();
      requestAnimationFrame(() => setTimeout(() => globalThis.__keys.push(performance.now() - at)));
    }, { capture: true });
  });
  for (const key of keys) {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await page.waitForTimeout(40);
  }
  return spread(await page.evaluate(() => globalThis.__keys));
}

const size = { width: 1440, height: 900 };
const scene = (query) => open(stage, { query }, { size, theme: 'light', lang: 'en', live: true });
/** What the page loads to show its first list, the language of the window with it. */
const loaded = [];
const out = { browser: stage.browser.version() };

{
  const { page, close } = await scene('rows=100000');
  await page.locator('[data-testid=row]').first().waitFor();
  loaded.push(...(await page.evaluate(() => performance.getEntriesByType('resource').map((r) => new URL(r.name).pathname))).filter((p) => p.startsWith('/assets/')).map((p) => path.basename(p)));
  const list = page.locator('[data-testid=list]');
  const box = await list.boundingBox();
  await page.mouse.move(box.x + 60, box.y + 200);
  let blank = 0;
  out.scroll = await frames(page, async () => {
    for (let i = 0; i < 120; i++) {
      await page.mouse.wheel(0, i % 40 === 39 ? 90_000 : 700);
      await page.waitForTimeout(16);
      blank += await page.evaluate(() => {
        const rows = [...document.querySelectorAll('[data-testid=row]')];
        const at = document.querySelector('[data-testid=list]').getBoundingClientRect();
        const seen = rows.filter((r) => { const b = r.getBoundingClientRect(); return b.bottom > at.top && b.top < at.bottom; });
        return seen.length === 0 ? 1 : 0;
      });
    }
  });
  out.blank = blank;
  await page.evaluate(() => document.querySelector('[data-testid=list]').scrollTo?.(0, 0));
  await settle(page);
  const before = await page.evaluate(() => document.querySelector('[data-testid=row]')?.getAttribute('data-ticket'));
  out.changes = await frames(page, async () => {
    await page.evaluate(async () => {
      const desk = globalThis.__fake;
      const ids = [...document.querySelectorAll('[data-testid=row]')].map((r) => r.dataset.ticket);
      for (let i = 0; i < 150; i++) {
        desk.emit('rows', { views: [], tickets: [ids[i % ids.length]] });
        desk.emit('ticket', { id: ids[i % ids.length] });
        await new Promise((done) => setTimeout(done, 20));
      }
    });
  });
  out.held = before === (await page.evaluate(() => document.querySelector('[data-testid=row]')?.getAttribute('data-ticket')));
  await close();
}
{
  const { page, close } = await scene('');
  await page.locator('[data-testid=row]').first().waitFor();
  await page.keyboard.press('/');
  await page.locator('[data-testid=find-text]').waitFor();
  out.search = await typed(page, [...'mailbox full again']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.locator('[data-testid=reply-text]').waitFor();
  await page.keyboard.press('r');
  out.composer = await typed(page, [...'thank you for waiting it is done']);
  await close();
}
out.bundle = {};
for (const file of loaded) {
  const kind = path.extname(file).slice(1);
  if (!['js', 'css', 'woff2'].includes(kind) || file.startsWith('fake-')) continue; // the desk in memory is not shipped to a window
  const whole = (await stat(path.join(dist, 'assets', file))).size;
  const packed = kind === 'woff2' ? whole : gzipSync(await readFile(path.join(dist, 'assets', file))).length;
  const sum = (out.bundle[kind] ??= { whole: 0, packed: 0 });
  sum.whole += whole;
  sum.packed += packed;
}
await stage.close();
console.log(JSON.stringify(out));
