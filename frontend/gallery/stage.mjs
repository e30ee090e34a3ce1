// The stage of the gallery: the built page under the program's own policy, over the sample desk in
// memory, at one fixed minute, in a browser that leaves nothing to chance.
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

const dist = path.join(import.meta.dirname, '..', 'dist');
const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
// As app/shell sends it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'";
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whose habits of writing dates and numbers go with a language. */
const locales = { en: 'en-GB', de: 'de-DE', ar: 'ar' };

/** A Thursday afternoon in November; every time on the sample desk is counted from it. */
const now = new Date('2026-11-19T14:06:32Z');

/** Serves the built page until it is closed. */
async function serve() {
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, 'http://x').pathname;
    try {
      const body = await readFile(path.join(dist, name === '/' ? 'index.html' : path.normalize(name)));
      response.writeHead(200, { 'content-type': kinds[path.extname(name === '/' ? '.html' : name)] ?? 'text/html', 'content-security-policy': policy });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** The browser and the page's address; close ends both. */
export async function launch() {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((p) => existsSync(p));
  const served = await serve();
  const browser = await chromium.launch({
    executablePath,
    // One way to draw on every computer: no hinting, no subpixels, no graphics card.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', '--disable-background-networking', '--no-first-run'],
  });
  return { browser, base: served.base, close: async () => { await browser.close(); served.close(); } };
}

/**
 * Opens one state of the window. What goes wrong in the page, and whatever it asks of anything but
 * its own address, is gathered in faults. With live the clock goes on as it does: the fixed one draws
 * frames of its own making, which nobody can measure.
 */
export async function open({ browser, base }, state, { size, theme, lang, live = false }) {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce', locale: locales[lang] ?? lang, timezoneId: 'Europe/London' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on('pageerror', (e) => faults.push(e.message));
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) faults.push(m.text()); });
  page.on('dialog', (d) => { faults.push(`a script ran: ${d.message()}`); void d.dismiss(); });
  page.on('popup', (p) => faults.push(`a page was opened: ${p.url()}`));
  await context.route('**', (route) => {
    const url = route.request().url();
    if (url.startsWith(base) || url.startsWith('data:') || url.startsWith('blob:')) return route.continue();
    faults.push(`asked for ${url}`);
    return route.abort();
  });
  if (!live) await page.clock.setFixedTime(now);
  await page.goto(`${base}?fake&theme=system&lang=${lang}${state.query ? `&${state.query}` : ''}`);
  await page.waitForFunction(() => globalThis.__fake && document.getElementById('app').children.length > 0);
  await settle(page);
  if (state.steps) await state.steps(page);
  await settle(page);
  return { page, faults, close: () => context.close() };
}

/** Waits until the fonts are there and nothing on the page has changed for a moment. */
export async function settle(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const calm = 100;
    await new Promise((done) => {
      let timer = setTimeout(finish, calm);
      const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(finish, calm);
      });
      const end = setTimeout(finish, 3000);
      function finish() {
        watch.disconnect();
        clearTimeout(end);
        done();
      }
      watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** The same state in another theme, size and language, as when a person changes them. */
export async function turn(page, { size, theme, lang }) {
  await page.evaluate(async (language) => {
    const desk = globalThis.__fake;
    if (desk.settings.language === language) return;
    desk.settings = { ...desk.settings, language };
    desk.emit('boot', await desk.boot());
  }, lang);
  await page.waitForFunction((language) => document.documentElement.lang === language, lang);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize(size);
  await settle(page);
}

/** What axe has to say about the page as it stands, one line each. Colours need a real engine: contrast is judged here. */
export async function judged(page) {
  await page.evaluate(`if (!globalThis.axe) { ${axe} }`);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap((v) => v.nodes.slice(0, 6).map((n) => `${v.id} ${n.target.join(' ')} ${(n.any[0]?.message ?? n.failureSummary ?? '').slice(0, 160)}`));
  });
}

/** What does not lie where a person can reach it: a page that scrolls, a head or a dialog's button out of sight. */
export async function outOfSight(page) {
  return page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth - innerWidth} wider than the window`);
    if (root.scrollHeight > innerHeight) found.push(`the page is ${root.scrollHeight - innerHeight} higher than the window`);
    const said = (node) => (node.getAttribute('aria-label') || node.textContent || '').trim().slice(0, 40);
    for (const node of document.querySelectorAll('dialog[open], [role=log], [data-testid=list], main, aside, nav, header, footer')) {
      const style = getComputedStyle(node);
      if (node.scrollWidth > node.clientWidth + 1 && /auto|scroll/.test(style.overflowX)) found.push(`${node.tagName.toLowerCase()} “${said(node)}” scrolls sideways by ${node.scrollWidth - node.clientWidth}`);
    }
    for (const dialog of document.querySelectorAll('dialog[open]')) {
      const box = dialog.getBoundingClientRect();
      if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth) found.push(`the dialog “${said(dialog)}” does not fit`);
      for (const button of dialog.querySelectorAll('footer button, .foot button')) {
        const at = button.getBoundingClientRect();
        if (at.bottom > box.bottom + 1 || at.right > box.right + 1 || at.top < box.top) found.push(`the button “${said(button)}” of a dialog is out of sight`);
      }
    }
    // What runs out of its pane without anything cutting it off lies over its neighbour.
    const cuts = (node) => node.closest('.scroll') || !/visible/.test(getComputedStyle(node).overflowX);
    for (const pane of document.querySelectorAll('aside, header, footer, nav, .conv, .list, .composer, dialog[open] > .inner')) {
      const edge = pane.getBoundingClientRect();
      const walk = (node) => {
        for (const child of node.children) {
          const at = child.getBoundingClientRect();
          const { position } = getComputedStyle(child);
          if (at.width === 0 || position === 'fixed' || position === 'absolute' || child.matches('.sr, dialog, svg')) continue;
          if (at.right > edge.right + 2 || at.left < edge.left - 2) {
            found.push(`“${said(child)}” runs out of its pane by ${Math.round(Math.max(at.right - edge.right, edge.left - at.left))}`);
            return;
          }
          if (!cuts(child) || child.matches('.scroll')) walk(child);
        }
      };
      if (edge.width > 0) walk(pane);
    }
    const head = document.querySelector('[data-testid=ticket-subject]')?.getBoundingClientRect();
    if (head && (head.top < 0 || head.bottom > innerHeight || head.width < 1)) found.push('the subject of the ticket is out of sight');
    return found;
  });
}

/**
 * What is hard to hit: everything that takes a press has 24 × 24 CSS pixels, or so much room around it that a circle
 * of that size around its middle meets nothing else that does (WCAG 2.5.8); what a pane is for has 28. A target is
 * the element with what its ::after adds, and of what is in a line of text the line decides.
 */
export async function hardToHit(page) {
  return page.evaluate(() => {
    // How large the window is drawn is the person's own choice, and makes no target smaller than it was.
    const zoom = globalThis.__fake?.settings.zoom || 1;
    const modal = [...document.querySelectorAll('dialog[open]')].at(-1);
    const wanted = 'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=option], [role=menuitem], [role=menuitemradio], [role=switch], [role=radio], [role=tab], [role=slider]';
    const of = (node) => {
      // A control that is not drawn is pressed by its label.
      const label = node.matches('input[type=radio], input[type=checkbox]') ? node.labels?.[0] : null;
      const box = (label ?? node).getBoundingClientRect();
      let { left, right, top, bottom } = box;
      const after = getComputedStyle(node, '::after');
      if (after.content !== 'none' && after.position === 'absolute' && !label) {
        const n = (v) => Number.parseFloat(v) || 0;
        left += Math.min(0, n(after.left)); right -= Math.min(0, n(after.right));
        top += Math.min(0, n(after.top)); bottom -= Math.min(0, n(after.bottom));
      }
      return { node, left, right, top, bottom, width: (right - left) / zoom, height: (bottom - top) / zoom };
    };
    const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && (!modal || modal.contains(node)) && node.getBoundingClientRect().width > 1 && !node.closest('.sr, [inert]');
    const all = [...document.querySelectorAll(wanted)].filter((n) => seen(n) || (n.labels?.[0] && seen(n.labels[0]))).map(of).filter((t) => t.width > 0 && t.height > 0);
    const inText = (node) => node.matches('.link') || getComputedStyle(node).display === 'inline';
    const found = [];
    for (const t of all) {
      const least = t.node.matches('.btn.primary') ? 28 : 24;
      if (t.width >= least - 0.5 && t.height >= least - 0.5) continue;
      if (inText(t.node)) continue;
      const [x, y] = [(t.left + t.right) / 2, (t.top + t.bottom) / 2];
      const r = 12 * zoom;
      const crowded = all.some((o) => {
        if (o === t || o.node.contains(t.node) || t.node.contains(o.node)) return false;
        const small = o.width < 23.5 || o.height < 23.5;
        const near = small
          ? Math.hypot((o.left + o.right) / 2 - x, (o.top + o.bottom) / 2 - y) < 2 * r
          : Math.hypot(Math.max(o.left - x, 0, x - o.right), Math.max(o.top - y, 0, y - o.bottom)) < r;
        return near;
      });
      if (least === 24 && !crowded) continue;
      const name = (t.node.getAttribute('aria-label') || t.node.labels?.[0]?.textContent || t.node.textContent || t.node.dataset.testid || '').trim().slice(0, 40);
      found.push(`“${name}” (${t.node.tagName.toLowerCase()}.${[...t.node.classList].filter((c) => !c.startsWith('svelte-')).join('.')}) is ${Math.round(t.width)} × ${Math.round(t.height)} to hit, ${least} are needed`);
    }
    return found.slice(0, 12);
  });
}
