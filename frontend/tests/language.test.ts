// Every sentence of ours is in every language, and none is said past the language.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { sentences, values } from '../scripts/sentences.js';
import ar from '../src/lib/language/ar.json';
import de from '../src/lib/language/de.json';
import { program } from '../src/lib/language/program';

const src = path.join(import.meta.dirname, '..', 'src');
const languages: Record<string, Record<string, string>> = { de, ar };

/** Said as they are in every language, each with its reason. */
const asTheyAre: Record<string, string[]> = {
  // A sample of what one types there.
  'features/sign-in/SignIn.svelte': ['placeholder="support.example.org"'],
  'features/sign-in/Invitation.svelte': ['placeholder="support.example.org"'],
  'views/NotedCalls.svelte': ['placeholder="K7-QM4S"'],
  // Ids of elements.
  'features/request/Topics.svelte': ['label="what-about"', 'label="what-exactly"'],
  'features/request/Urgencies.svelte': ['label="how-urgent"'],
};

// What Go says stands in the same catalogue; app/language/said_test.go finds what lacks a line there.
const go = ['app', 'sync', 'storage', 'main.go'].flatMap((dir) => (dir.endsWith('.go') ? [dir] : readdirSync(path.join(src, '..', '..', dir), { recursive: true, encoding: 'utf8' }).map((f) => path.join(dir, f)))).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'));
const said = new Set(go.flatMap((f) => (readFileSync(path.join(src, '..', '..', f), 'utf8').match(/"(?:[^"\\\n]|\\.)*"/g) ?? []).map((s) => s.slice(1, -1).replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))).replace(/\\n/g, '\n').replace(/\\(.)/g, '$1'))));

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((f) => f.replaceAll('\\', '/'))
  // The fake desk says what the server and its people would say.
  .filter((f) => /\.(svelte|ts)$/.test(f) && !/\.test\.ts$|\.d\.ts$|backend\/fake\//.test(f));
const found = files.map((file) => ({ file, ...sentences(readFileSync(path.join(src, file), 'utf8'), file) }));

test('every sentence is in every language', () => {
  const keys = new Set([...found.flatMap((f) => f.keys), ...program]);
  expect(keys.size).toBeGreaterThan(1000);
  for (const [language, lines] of Object.entries(languages)) expect([...keys].filter((key) => !(key in lines)), `not in ${language}.json`).toEqual([]);
});

test('every line belongs to a sentence, and every language has the same', () => {
  const strings = new Set(found.flatMap((f) => [...f.strings]));
  expect(Object.keys(de).sort()).toEqual(Object.keys(ar).sort());
  expect(Object.keys(de).filter((key) => !strings.has(key) && !said.has(key))).toEqual([]);
});

test('a sentence has one line', () => {
  for (const language of Object.keys(languages)) {
    const keys = readFileSync(path.join(src, 'lib', 'language', `${language}.json`), 'utf8').split('\n').flatMap((l) => /^ "(.*)": "/.exec(l)?.[1] ?? []);
    expect(keys.length).toBe(Object.keys(languages[language] ?? {}).length);
    expect(keys.filter((k, i) => keys.indexOf(k) !== i), language).toEqual([]);
  }
});

test('a line takes what its sentence takes', () => {
  const wrong: string[] = [];
  for (const [language, lines] of Object.entries(languages))
    for (const [key, line] of Object.entries(lines)) {
      const [a, b] = [key.replace(/\|[^|{}]*$/, ''), line].map((message) => values(new IntlMessageFormat(message, language, undefined, { ignoreTag: true }).getAst()));
      // A word may be chosen by a value in one language and be the value in another.
      const names = (found: string[] | undefined) => [...new Set(found?.map((v) => v.replace(/ select$/, ' value')))].sort().join();
      if (names(a) !== names(b)) wrong.push(`${language}: ${key}: ${names(a)} is not ${names(b)}`);
      if (!line.trim()) wrong.push(`${language}: ${key}: is empty`);
    }
  expect(wrong).toEqual([]);
});

test('what the program is heard to say, it says', () => {
  const app = path.join(src, '..', '..', 'app');
  const go = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go')).map((f) => readFileSync(path.join(app, f), 'utf8')).join('\n');
  expect(program.filter((sentence) => !sentence.split(/\{\w+\}/).every((piece) => go.includes(piece)))).toEqual([]);
});

test('nothing is said past the language', () => {
  const bare = found.filter(({ file }) => file !== 'lib/language/program.ts').flatMap(({ file, bare }) => bare.filter((said) => !asTheyAre[file]?.includes(said)).map((said) => `${file}: ${said}`));
  expect(bare).toEqual([]);
});

test('the finder finds', () => {
  const { bare, keys } = sentences(
    `<script lang="ts">const a = $derived(x ? 'Two words' : t('Said')); const id = kind === 'Not said'; const s = \`\${n} of them\`;</script>
     <p title="Read aloud" class="not read">Text <b>{t(y ? 'One' : 'Other')}</b></p><Say text={'With {a}'} /><Kbd>Esc</Kbd>`,
    'x.svelte',
  );
  expect(bare).toEqual(['Two words', '… of them', 'title="Read aloud"', 'Text']);
  expect(keys).toEqual(['Said', 'One', 'Other', 'With {a}']);
});
