import { t } from '$lib/language';

/** The three prompts of "What happened", written into one text and read back out of it. */
export type Story = { trying: string; happened: string; expected: string };

// In the language of the window; a draft that was begun in another one keeps its headings as text.
const trying = () => `${t('I was trying to:')} `;
const happened = () => t('Then this happened:');
const expected = () => `${t('I expected:')} `;

/** One text for the ticket. Who fills in one prompt only gets that text and no headings. */
export function told(s: Story): string {
  const tried = s.trying.trim();
  const h = s.happened.trim();
  const e = s.expected.trim();
  if (!tried && !e) return h;
  return [tried && trying() + tried, h && `${happened()}\n${h}`, e && expected() + e].filter(Boolean).join('\n\n');
}

/** Puts a saved text back under its prompts; a text without headings is what happened. */
export function split(text: string): Story {
  const heads = { trying: trying(), happened: happened(), expected: expected() };
  const story: Story = { trying: '', happened: '', expected: '' };
  let rest = text;
  const last = rest.lastIndexOf(`\n\n${heads.expected}`);
  if (rest.startsWith(heads.expected)) {
    story.expected = rest.slice(heads.expected.length);
    rest = '';
  } else if (last >= 0) {
    story.expected = rest.slice(last + 2 + heads.expected.length);
    rest = rest.slice(0, last);
  }
  if (rest.startsWith(heads.trying)) {
    const end = rest.indexOf(`\n\n${heads.happened}\n`);
    story.trying = rest.slice(heads.trying.length, end < 0 ? undefined : end);
    rest = end < 0 ? '' : rest.slice(end + 2);
  }
  story.happened = rest.startsWith(`${heads.happened}\n`) ? rest.slice(heads.happened.length + 1) : rest;
  return story;
}
