/** A run of a text: as it was, gone, or new. */
export type Change = { kind: 'same' | 'gone' | 'new'; text: string };

const mostCells = 4_000_000;

/** What of a list became of it, by the longest that both have in common. */
function between(before: string[], after: string[]): Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const same = (list: string[]): Change[] => list.map((text) => ({ kind: 'same', text }));
  const middle: Change[] = [];
  if ((a.length + 1) * (b.length + 1) > mostCells) {
    middle.push(...a.map((text): Change => ({ kind: 'gone', text })), ...b.map((text): Change => ({ kind: 'new', text })));
  } else {
    const wide = b.length + 1;
    const common = new Uint32Array((a.length + 1) * wide);
    const cell = (i: number, j: number): number => common[i * wide + j] ?? 0;
    for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1) common[i * wide + j] = a[i] === b[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) {
        middle.push({ kind: 'same', text: a[i] ?? '' });
        i += 1;
        j += 1;
      } else if (j >= b.length || (i < a.length && cell(i + 1, j) >= cell(i, j + 1))) {
        middle.push({ kind: 'gone', text: a[i] ?? '' });
        i += 1;
      } else {
        middle.push({ kind: 'new', text: b[j] ?? '' });
        j += 1;
      }
    }
  }
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

/** Runs of one kind as one. */
function joined(changes: Change[], between_: string): Change[] {
  const out: Change[] = [];
  for (const c of changes) {
    const last = out.at(-1);
    if (last?.kind === c.kind) last.text += between_ + c.text;
    else out.push({ ...c });
  }
  return out;
}

/** A line of a text with what changed in it; words is set where it is one that was changed and not replaced. */
export type Line = { kind: Change['kind'] | 'changed'; words: Change[] };

/** How two texts differ, line by line, and word by word where one line took the place of one. */
export function difference(before: string, after: string): Line[] {
  const lines = between(before.split('\n'), after.split('\n'));
  const out: Line[] = [];
  for (let i = 0; i < lines.length; ) {
    const gone: string[] = [];
    const came: string[] = [];
    while (lines[i]?.kind === 'gone' || lines[i]?.kind === 'new') {
      (lines[i]?.kind === 'gone' ? gone : came).push(lines[i]?.text ?? '');
      i += 1;
    }
    const pairs = gone.length === came.length ? gone.length : 0;
    for (let n = 0; n < pairs; n += 1) out.push({ kind: 'changed', words: joined(between(words(gone[n] ?? ''), words(came[n] ?? '')), '') });
    if (pairs === 0) {
      for (const text of gone) out.push({ kind: 'gone', words: [{ kind: 'gone', text }] });
      for (const text of came) out.push({ kind: 'new', words: [{ kind: 'new', text }] });
    }
    const line = lines[i];
    if (line) {
      out.push({ kind: 'same', words: [line] });
      i += 1;
    }
  }
  return out;
}

const words = (line: string): string[] => line.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
