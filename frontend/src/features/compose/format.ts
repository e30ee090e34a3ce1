// What the small row of marks does to a text: pure, so that it can be tested, and said as one insertion, so that the
// engine's own undo takes it back in one step.

export type Mark = 'strong' | 'em' | 'code' | 'list' | 'quote';
/** Puts text in place of what lies between from and to, and selects from `at` to `end`. */
export type Change = { from: number; to: number; text: string; at: number; end: number };

const around: Partial<Record<Mark, string>> = { strong: '**', em: '*', code: '`' };
const before: Partial<Record<Mark, string>> = { list: '- ', quote: '> ' };

export function marked(value: string, from: number, to: number, mark: Mark): Change {
  const sign = around[mark];
  if (!sign) return lines(value, from, to, before[mark] ?? '');
  const chosen = value.slice(from, to);
  if (mark === 'code' && chosen.includes('\n')) return fence(value, from, to);
  // Blanks at the edges stay outside, or it would be no mark.
  const lead = chosen.length - chosen.trimStart().length;
  const core = chosen.trim();
  const start = from + (core ? lead : 0);
  const stop = core ? start + core.length : to;
  const n = sign.length;
  // One star inside two is part of the two.
  const has = value.slice(start - n, start) === sign && value.slice(stop, stop + n) === sign && (n > 1 || (value[start - 2] !== sign && value[stop + 1] !== sign) || sign === '`');
  if (has && core) return { from: start - n, to: stop + n, text: core, at: start - n, end: stop - n };
  return { from: start, to: stop, text: sign + core + sign, at: start + n, end: start + n + core.length };
}

/** Every line that is touched gets the sign at its beginning, or loses it where all have it. */
function lines(value: string, from: number, to: number, sign: string): Change {
  const start = value.lastIndexOf('\n', from - 1) + 1;
  const stop = value.indexOf('\n', Math.max(from, to - 1));
  const end = stop < 0 ? value.length : Math.max(stop, from);
  const all = value.slice(start, end).split('\n');
  const full = all.filter((l) => l.trim() !== '');
  const has = full.length > 0 && full.every((l) => l.startsWith(sign));
  const text = all.map((l) => (has ? l.slice(l.startsWith(sign) ? sign.length : 0) : l.trim() === '' && all.length > 1 ? l : sign + l)).join('\n');
  const at = from === to ? start + text.length - (end - to) : start;
  return { from: start, to: end, text, at: Math.max(start, at), end: from === to ? Math.max(start, at) : start + text.length };
}

function fence(value: string, from: number, to: number): Change {
  const chosen = value.slice(from, to).replace(/\n$/, '');
  const lead = from > 0 && value[from - 1] !== '\n' ? '\n' : '';
  const text = `${lead}\`\`\`\n${chosen}\n\`\`\`\n`;
  const at = from + lead.length + 4;
  return { from, to, text, at, end: at + chosen.length };
}

/** What has to follow a text so that somebody's words are quoted under it, with room to go on. */
export function quotation(after: string, who: string, words: string): string {
  const lead = after.trim() === '' ? '' : after.endsWith('\n\n') ? '' : after.endsWith('\n') ? '\n' : '\n\n';
  return `${lead}${[`${who}:`, ...words.split('\n')].map((l) => `> ${l}`.trimEnd()).join('\n')}\n\n`;
}

/** Does it to a field through the engine's own editing, so that undo goes back over it. */
export function apply(field: HTMLTextAreaElement, change: Change): void {
  field.focus();
  field.setSelectionRange(change.from, change.to);
  if (!document.execCommand?.('insertText', false, change.text)) {
    field.setRangeText(change.text, change.from, change.to, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  field.setSelectionRange(change.at, change.end);
}
