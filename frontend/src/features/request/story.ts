/** The three prompts of "What happened", written into one text and read back out of it. */
export type Story = { trying: string; happened: string; expected: string };

const trying = 'I was trying to: ';
const happened = 'Then this happened:';
const expected = 'I expected: ';

/** One text for the ticket. Who fills in one prompt only gets that text and no headings. */
export function told(s: Story): string {
  const t = s.trying.trim();
  const h = s.happened.trim();
  const e = s.expected.trim();
  if (!t && !e) return h;
  return [t && trying + t, h && `${happened}\n${h}`, e && expected + e].filter(Boolean).join('\n\n');
}

/** Puts a saved text back under its prompts; a text without headings is what happened. */
export function split(text: string): Story {
  const story: Story = { trying: '', happened: '', expected: '' };
  let rest = text;
  const last = rest.lastIndexOf(`\n\n${expected}`);
  if (rest.startsWith(expected)) {
    story.expected = rest.slice(expected.length);
    rest = '';
  } else if (last >= 0) {
    story.expected = rest.slice(last + 2 + expected.length);
    rest = rest.slice(0, last);
  }
  if (rest.startsWith(trying)) {
    const end = rest.indexOf(`\n\n${happened}\n`);
    story.trying = rest.slice(trying.length, end < 0 ? undefined : end);
    rest = end < 0 ? '' : rest.slice(end + 2);
  }
  story.happened = rest.startsWith(`${happened}\n`) ? rest.slice(happened.length + 1) : rest;
  return story;
}
