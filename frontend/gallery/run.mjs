// Draws the gallery: node gallery/run.mjs --out DIR [--only REGEX] [--lang de] [--check] [--accept]
//
// --check draws the part that is looked after in every test run and compares it with what was
// looked at last; --accept makes what is drawn now that.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { darkroom } from './compare.mjs';
import { hardToHit, judged, launch, open, outOfSight, turn } from './stage.mjs';
import { often, states } from './states.mjs';

const { values: asked } = parseArgs({
  options: { out: { type: 'string', default: 'out/gallery' }, only: { type: 'string', default: '' }, lang: { type: 'string', default: '' }, check: { type: 'boolean' }, accept: { type: 'boolean' }, pages: { type: 'string', default: '3' } },
});
const references = path.join(import.meta.dirname, 'references');
/** Which browser drew what was looked at. */
const drawnBy = path.join(references, 'browser.txt');

const sizes = { 1024: { width: 1024, height: 640 }, 1600: { width: 1600, height: 1000 }, 2560: { width: 2560, height: 1440 } };
const langs = asked.lang ? [asked.lang] : ['en', 'de'];
const all = langs.flatMap((lang) => Object.keys(sizes).flatMap((at) => ['light', 'dark'].map((theme) => ({ at, theme, lang }))));
/** A test run looks at less. */
const brief = asked.check || asked.accept;
// Small in dark and usual in light see both themes and both ends of the layout for two pictures; the longer
// language is looked at where there is the least room for it, and the one from right to left where it is at home.
const few = [{ at: '1024', theme: 'dark', lang: 'en' }, { at: '1600', theme: 'light', lang: 'en' }, { at: '1024', theme: 'light', lang: 'de' }, { at: '1024', theme: 'dark', lang: 'ar' }];
const mirrored = new Set(['inbox', 'customer', 'new', 'ticket-reply', 'settings', 'signin-wrong']);
// Dialogs are of one frame, so one picture of each is enough there.
const looked = (state) => (!brief ? all : state.name.startsWith('dialog-') ? few.slice(0, 1) : few.filter((v) => v.lang !== 'ar' || mirrored.has(state.name)));

const wanted = states.filter((s) => new RegExp(asked.only).test(s.name) && (!brief || often.has(s.name)));
if (wanted.length === 0) throw new Error(`no state is called ${asked.only}`);
await mkdir(asked.out, { recursive: true });

const stage = await launch();
const room = await darkroom(stage.browser);
const browser = stage.browser.version().split('.')[0] ?? '';
const before = existsSync(drawnBy) ? (await readFile(drawnBy, 'utf8')).trim() : '';
/**
 * What may differ without anybody having looked: less than a short word. Another version of the
 * browser sets letters and lines a little otherwise, so there only a part of a view is seen to change.
 */
const threshold = browser === before ? 0.0004 : 0.01;
if (asked.check && browser !== before) console.log(`Chromium ${browser} draws and ${before} drew what was looked at: only changes above ${threshold * 100} % fail`);
const wrong = [];
const drawn = [];

async function compare(name, png, file) {
  const at = path.join(references, `${name}.webp`);
  if (!existsSync(at)) return wrong.push(`${name}: nobody has looked at it yet; it is ${file}`);
  const share = await room.apart(await readFile(at), png);
  if (share > threshold) wrong.push(`${name}: ${(share * 100).toFixed(2)} % of it changed, ${(threshold * 100).toFixed(2)} % may; it is ${file}`);
}

async function draw(state) {
  const [first, ...rest] = looked(state);
  const as = (view) => ({ size: sizes[view.at], theme: view.theme, lang: view.lang });
  let scene;
  try {
    scene = await open(stage, state, as(first));
  } catch (e) {
    return wrong.push(`${state.name}: ${String(e).split('\n').slice(0, 2).join(' ')}`);
  }
  const { page, faults } = scene;
  for (const view of [first, ...rest]) {
    const name = `${state.name}-${view.theme}-${view.at}${view.lang === 'en' ? '' : `-${view.lang}`}`;
    if (view !== first) await turn(page, as(view));
    const png = await page.screenshot({ animations: 'disabled' });
    const file = path.join(asked.out, `${name}.png`);
    await writeFile(file, png);
    drawn.push(name);
    if (asked.accept) await writeFile(path.join(references, `${name}.webp`), await room.small(png));
    else if (asked.check && state.still !== false) await compare(name, png, path.resolve(file));
    for (const found of [...(await judged(page)), ...(await outOfSight(page)), ...(await hardToHit(page))]) wrong.push(`${name}: ${found}`);
  }
  for (const fault of new Set(faults)) wrong.push(`${state.name}: ${fault}`);
  await scene.close();
}

if (asked.accept && !asked.only) await rm(references, { recursive: true, force: true });
await mkdir(references, { recursive: true });
if (asked.accept && !asked.only) await writeFile(drawnBy, `${browser}\n`);
const queue = [...wanted];
await Promise.all(Array.from({ length: Number(asked.pages) }, async () => {
  for (let state = queue.shift(); state; state = queue.shift()) await draw(state);
}));
if (asked.check && !asked.only)
  for (const file of await readdir(references)) {
    if (file === path.basename(drawnBy)) continue;
    const name = file.replace(/\.webp$/, '');
    if (!drawn.includes(name)) wrong.push(`${name}: it is looked after and not drawn any more`);
  }
await stage.close();

console.log(`${drawn.length} pictures of ${wanted.length} states in ${path.resolve(asked.out)}`);
if (wrong.length > 0) {
  console.error(wrong.sort().join('\n'));
  if (asked.check) console.error('Look at the pictures. When all is as it should be: go run ./build/task gallery -accept');
  process.exitCode = 1;
}
