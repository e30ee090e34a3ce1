import type { Span as Run } from '$lib/backend';

// Articles are written in Markdown by people of the desk; this reads the part of it that they need, into values
// that become elements. Nothing in it is ever markup to the engine: what is not understood is text.

/** A run of a line. A picture and a file are named by `href`, and are only ever those that came with the text. */
export type Span = Omit<Run, 'style'> & { style?: Run['style'] | 'picture' | 'file' };

export type Piece =
  | { kind: 'heading'; level: 2 | 3 | 4; spans: Span[] }
  | { kind: 'p'; spans: Span[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Piece[][] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; pieces: Piece[] }
  | { kind: 'line' };

const mostDeep = 6;
const marker = /^( {0,3})(?:([-*+])|(\d{1,9})[.)])( +|$)/;

/** The pieces of a text. */
export function pieces(text: string, deep = 0): Piece[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n');
  const out: Piece[] = [];
  let i = 0;
  const at = (n: number): string => lines[n] ?? '';
  while (i < lines.length) {
    const line = at(i);
    const fence = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    const heading = /^ {0,3}(#{1,6}) +(\S.*)$/.exec(line);
    if (line.trim() === '') i += 1;
    else if (fence) {
      const body: string[] = [];
      for (i += 1; i < lines.length && !at(i).trim().startsWith(fence); i += 1) body.push(at(i));
      i += 1; // one that is never closed goes to the end
      out.push({ kind: 'code', text: body.join('\n') });
    } else if (heading) {
      const level = Math.min(4, Math.max(2, (heading[1] ?? '').length)) as 2 | 3 | 4;
      out.push({ kind: 'heading', level, spans: spans(unclosed(heading[2] ?? '')) });
      i += 1;
    } else if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) {
      out.push({ kind: 'line' });
      i += 1;
    } else if (/^ {4}/.test(line)) {
      const body: string[] = [];
      for (; i < lines.length && (/^ {4}/.test(at(i)) || (at(i).trim() === '' && /^ {4}/.test(at(i + 1)))); i += 1) body.push(at(i).slice(4));
      out.push({ kind: 'code', text: body.join('\n') });
    } else if (/^ {0,3}>/.test(line) && deep < mostDeep) {
      const body: string[] = [];
      for (; i < lines.length && /^ {0,3}>/.test(at(i)); i += 1) body.push(at(i).replace(/^ {0,3}> ?/, ''));
      out.push({ kind: 'quote', pieces: pieces(body.join('\n'), deep + 1) });
    } else if (marker.test(line) && deep < mostDeep) {
      const [list, next] = listFrom(lines, i, deep);
      out.push(list);
      i = next;
    } else {
      const body: string[] = [];
      for (; i < lines.length && at(i).trim() !== '' && (body.length === 0 || !begins(at(i))); i += 1) body.push(at(i).trim());
      out.push({ kind: 'p', spans: spans(body.join(' ')) });
    }
  }
  return out;
}

/** A heading without the signs that may stand at its end, too. */
function unclosed(line: string): string {
  let end = line.length;
  while (line[end - 1] === '#') end -= 1;
  return line.slice(0, end).trim() || line.trim();
}

/** Whether a line ends the paragraph before it. */
const begins = (line: string): boolean => /^ {0,3}(```|~~~|#{1,6} |>)/.test(line) || marker.test(line);

function listFrom(lines: string[], from: number, deep: number): [Piece, number] {
  const first = marker.exec(lines[from] ?? '');
  const ordered = first?.[3] !== undefined;
  const items: Piece[][] = [];
  let i = from;
  for (;;) {
    const m = marker.exec(lines[i] ?? '');
    if (i >= lines.length || !m || (m[3] !== undefined) !== ordered) break;
    const indent = m[0].length;
    const body = [(lines[i] ?? '').slice(indent)];
    i += 1;
    for (; i < lines.length; i += 1) {
      const line = lines[i] ?? '';
      const deeper = line.startsWith(' '.repeat(Math.min(indent, 2)));
      if (line.trim() === '') {
        if (!(lines[i + 1] ?? '').startsWith(' '.repeat(Math.min(indent, 2))) || (lines[i + 1] ?? '').trim() === '') break;
        body.push('');
      } else if (deeper) body.push(line.slice(Math.min(indent, line.length - line.trimStart().length)));
      else if (!begins(line)) body.push(line);
      else break;
    }
    items.push(pieces(body.join('\n'), deep + 1));
    let next = i;
    while (next < lines.length && (lines[next] ?? '').trim() === '') next += 1;
    if (next > i && marker.test(lines[next] ?? '')) i = next;
  }
  return [{ kind: 'list', ordered, start: Number(first?.[3] ?? 1), items }, Math.max(i, from + 1)];
}

// What is looked for ends at the next sign of its kind, so that no text, however it is made, takes long.
const inline = /(?<!`)(`+)(?!`)([\s\S]*?[^`])\1(?!`)|\*\*(\S(?:[^*]*\S)?)\*\*|\*(\S(?:[^*]*\S)?)\*|(?<![\p{L}\p{N}])_(\S(?:[^_]*\S)?)_(?![\p{L}\p{N}])|(!?)\[([^[\]\n]*)\]\((?:<([^<>\n]{1,1000})>|([^\s()<>]{1,1000}))\)|(https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])/gu;

/** Only what leads out of the window in a known way is a link. */
const leads = (href: string): boolean => /^(https?:\/\/|mailto:)/i.test(href);

/** A picture, a link or a file: what is named by more than a name, or leads nowhere known, is only its words. */
function named(picture: boolean, words: string, href: string, whole: string): Span[] {
  const name = nameIn(href);
  if (picture) return [name ? { text: words, style: 'picture', href: name } : { text: words || whole }];
  if (words === '') return [{ text: whole }];
  if (leads(href)) return [{ text: words, style: 'link', href }];
  return [name ? { text: words, style: 'file', href: name } : { text: words }];
}

/** The file a text names; "" for what is no name alone. */
function nameIn(href: string): string {
  if (/[/\\:?#]/.test(href)) return '';
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** The runs of a line. */
export function spans(text: string): Span[] {
  const out: Span[] = [];
  const plain = (s: string): void => {
    const said = s.replace(/\\([\\`*_[\]()#>.!-])/g, '$1');
    if (said) out.push({ text: said });
  };
  let end = 0;
  for (const m of text.matchAll(inline)) {
    if (text[m.index - 1] === '\\') continue;
    plain(text.slice(end, m.index));
    end = m.index + m[0].length;
    if (m[2] !== undefined) out.push({ text: m[2].trim(), style: 'code' });
    else if (m[3] !== undefined) out.push({ text: m[3], style: 'strong' });
    else if (m[4] ?? m[5]) out.push({ text: m[4] ?? m[5] ?? '', style: 'em' });
    else if (m[6] !== undefined) out.push(...named(m[6] !== '', m[7] ?? '', m[8] ?? m[9] ?? '', m[0]));
    else if (m[10] !== undefined) out.push({ text: m[10], style: 'link', href: m[10] });
  }
  plain(text.slice(end));
  return out;
}
