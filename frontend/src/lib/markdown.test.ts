import { expect, test } from 'vitest';
import { pieces, spans } from './markdown';

/** The pieces in short: what they are and what they say. */
function short(text: string): string {
  const one = (p: ReturnType<typeof pieces>[number]): string => {
    if (p.kind === 'code') return `code(${p.text})`;
    if (p.kind === 'line') return 'line';
    if (p.kind === 'quote') return `quote[${p.pieces.map(one).join(' ')}]`;
    if (p.kind === 'list') return `${p.ordered ? `ol${p.start}` : 'ul'}[${p.items.map((i) => i.map(one).join(' ')).join('|')}]`;
    return `${p.kind === 'heading' ? `h${p.level}` : 'p'}(${p.spans.map((s) => (s.style ? `<${s.style}>` : '') + s.text).join('')})`;
  };
  return pieces(text).map(one).join(' ');
}

test.each([
  ['', ''],
  ['a\nb\n\nc', 'p(a b) p(c)'],
  ['# T\n## S ##\n##### D\n#no', 'h2(T) h2(S) h4(D) p(#no)'],
  ['# a # b  ##', 'h2(a # b)'],
  ['# ##', 'h2(##)'],
  ['#     ', 'p(#)'],
  ['1. one\n2. two\n\n3. three', 'ol1[p(one)|p(two)|p(three)]'],
  ['4) x', 'ol4[p(x)]'],
  ['- a\n  - b\n  - c\n- d', 'ul[p(a) ul[p(b)|p(c)]|p(d)]'],
  ['- a\n\n  more\n- b', 'ul[p(a) p(more)|p(b)]'],
  ['- a\ngoes on', 'ul[p(a goes on)]'],
  ['```sh\nls *\n\n# no\n```\nend', 'code(ls *\n\n# no) p(end)'],
  ['```\nnever closed', 'code(never closed)'],
  ['x\n\n    550 5.7.23\n    y\n\nz', 'p(x) code(550 5.7.23\ny) p(z)'],
  ['> a\n> b\nafter', 'quote[p(a b)] p(after)'],
  ['---', 'line'],
  ['a `*x*` b', 'p(a <code>*x* b)'],
  ['**b** and *i* and _j_ and snake_case_x', 'p(<strong>b and <em>i and <em>j and snake_case_x)'],
  ['2 * 3 * 4', 'p(2 * 3 * 4)'],
  ['\\*no\\*', 'p(*no*)'],
  ['<b>x</b> <script>', 'p(<b>x</b> <script>)'],
])('%j', (text, want) => expect(short(text)).toBe(want));

test('only what leads out in a known way is a link', () => {
  expect(spans('[a](https://x.example/y) [b](javascript:alert) [c](mailto:d@x.example) see https://x.example/z.')).toEqual([
    { text: 'a', style: 'link', href: 'https://x.example/y' }, { text: ' ' }, { text: 'b' }, { text: ' ' },
    { text: 'c', style: 'link', href: 'mailto:d@x.example' }, { text: ' see ' }, { text: 'https://x.example/z', style: 'link', href: 'https://x.example/z' }, { text: '.' },
  ]);
});

test('whatever is written ends, and nothing of it is lost', () => {
  const parts = ['- ', '1. ', '> ', '    ', '```\n', '# ', '*', '**', '`', '_', '[x](', ')', '\n', '\n\n', 'word ', '\\', '---\n', 'Ü '];
  let seed = 7;
  const next = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let i = 0; i < 300; i += 1) {
    const text = Array.from({ length: next(40) }, () => parts[next(parts.length)] ?? '').join('');
    expect(short(text).match(/word/g)?.length ?? 0, JSON.stringify(text)).toBe(text.match(/word/g)?.length ?? 0);
  }
});

// What a customer contributes is read by the team: no text may stop the window.
test.each(['[', '`', '` `` ', '[a](', '*a', '_a ', '# ', '#  ', '    ', '- ', '> ', '\\', '**', 'http://', '(http://.', '1. \n', '`a``'])('%j without end is read at once', (part) => {
  const began = performance.now();
  pieces(part.repeat(Math.floor(100_000 / part.length)));
  pieces(`# ${part.repeat(Math.floor(100_000 / part.length))}x`);
  expect(performance.now() - began).toBeLessThan(4000);
});

test('signs of code that never meet are read at once', () => {
  const began = performance.now();
  pieces(Array.from({ length: 440 }, (_, i) => '`'.repeat(i + 1)).join('a'));
  expect(performance.now() - began).toBeLessThan(4000);
});

test('a picture and a file are only ever named, and are one of the text’s own', () => {
  expect(spans('![how](a.png) ![](<b c.png>) ![](d%20e.png) [the form](form.pdf)')).toEqual([
    { text: 'how', style: 'picture', href: 'a.png' }, { text: ' ' }, { text: '', style: 'picture', href: 'b c.png' }, { text: ' ' }, { text: '', style: 'picture', href: 'd e.png' }, { text: ' ' },
    { text: 'the form', style: 'file', href: 'form.pdf' },
  ]);
  for (const far of ['https://example.org/x.png', '//example.org/x.png', '../x.png', 'a/b.png', 'data:image/png;base64,xx', 'file:x.png', '\\\\host\\x.png', '?x', '#x']) {
    expect(spans(`![words](${far})`).map((s) => [s.style, s.href])).not.toContainEqual(['picture', expect.anything()]);
    expect(spans(`![words](${far})`).every((s) => s.style !== 'picture' && s.style !== 'file')).toBe(true);
  }
  expect(spans('![100%.png](100%.png)')).toEqual([{ text: '100%.png', style: 'picture', href: '100%.png' }]);
});
