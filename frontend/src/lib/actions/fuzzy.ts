// How well a label fits what is typed: by words and their beginnings, by initials, and by letters in
// order as the last resort. Higher is better, -1 for not at all.

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
const wordsOf = (text: string): string[] => plain(text).split(/[^\p{L}\p{N}#]+/u).filter(Boolean);

export function fits(typed: string, label: string): number {
  const want = wordsOf(typed);
  if (want.length === 0) return 0;
  const have = wordsOf(label);
  const whole = plain(label);
  const sought = plain(typed).trim();
  if (whole === sought) return 1000;
  if (whole.startsWith(sought)) return 900 - whole.length;
  const begun = inWords(want, have);
  if (begun >= 0) return 700 - begun;
  const initials = have.map((w) => w[0]).join('');
  const at = want.length === 1 ? initials.indexOf(want[0] as string) : -1;
  if (at >= 0) return 500 - at - initials.length;
  if (whole.includes(sought)) return 300 - whole.indexOf(sought);
  return want.length === 1 && sought.length > 2 ? inOrder(sought, whole) : -1;
}

/** Every word typed begins a word of the label, each another; the sum of how far they lie from their place. */
function inWords(want: string[], have: string[]): number {
  const left = have.map((word, at) => ({ word, at }));
  let far = 0;
  for (const [i, w] of want.entries()) {
    const found = left.findIndex((l) => l.word.startsWith(w));
    if (found < 0) return -1;
    far += Math.abs((left[found]?.at ?? 0) - i);
    left.splice(found, 1);
  }
  return far + have.length;
}

/** Letters in order, close together: a slip of the fingers, not a scatter over the whole label. */
function inOrder(sought: string, whole: string): number {
  let at = -1;
  let first = -1;
  for (const letter of sought) {
    at = whole.indexOf(letter, at + 1);
    if (at < 0) return -1;
    if (first < 0) first = at;
  }
  const spread = at - first + 1 - sought.length;
  return spread <= sought.length ? 100 - spread : -1;
}
