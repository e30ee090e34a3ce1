type Named = { ticket: string; number: string };

const numeral = (n: Named): number => Number.parseInt(n.number.replace(/^#/, ''), 10);

/** Of two tickets, the later and the one it goes on in: who came first keeps its number. One without a number is later. */
export function inOrder(a: Named, b: Named): [from: string, into: string] {
  const [x, y] = [numeral(a), numeral(b)];
  const later = Number.isNaN(x) || (!Number.isNaN(y) && x > y);
  return later ? [a.ticket, b.ticket] : [b.ticket, a.ticket];
}
